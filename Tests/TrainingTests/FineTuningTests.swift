import Foundation
import Networks
import Support
import Tensors
import Testing

@testable import Training

/// Training from weights that were trained before, and what of the network it changes.
@Suite struct FineTuningTests {
  private func recipe(_ change: (inout FineTuning) -> Void) -> Recipe {
    var recipe = tinyRecipe(.crossEntropy, steps: 2)
    (recipe.imageHeight, recipe.imageWidth, recipe.batchSize) = (32, 32, 2)
    recipe.network = EncoderDecoder(.resnet18, .fpn)
    var tuning = FineTuning()
    change(&tuning)
    recipe.fineTuning = tuning
    return recipe
  }

  /// What two steps change, by whether it is the encoder's.
  private func moved(_ recipe: Recipe) throws -> (encoder: Double, rest: Double, statistics: Double) {
    let trainer = try Trainer(recipe, on: rectangleSplits(), seed: 1)
    let before = trainer.network.state
    _ = try trainer.run { _ in }
    var sums = (encoder: 0.0, rest: 0.0, statistics: 0.0)
    for (name, tensor) in trainer.network.state {
      guard let old = before[name] else { continue }
      let change = zip(tensor.scalars, old.scalars).reduce(0.0) { $0 + Double(abs($1.0 - $1.1)) }
      if name.contains(".running_") {
        sums.statistics += change
      } else if name.hasPrefix("encoder.") {
        sums.encoder += change
      } else {
        sums.rest += change
      }
    }
    return sums
  }

  @Test func aFrozenEncoderStaysAsItIs() throws {
    let frozen = try moved(recipe { $0.freeze = .encoder })
    #expect(frozen.encoder == 0 && frozen.statistics == 0 && frozen.rest > 0)
    let free = try moved(recipe { _ in })
    #expect(free.encoder > 0 && free.statistics > 0 && free.rest > 0)
  }

  @Test func frozenStatisticsLeaveTheWeightsFree() throws {
    let found = try moved(recipe { $0.batchNormalization = .frozen })
    #expect(found.statistics == 0 && found.encoder > 0)
  }

  /// AdamW's first steps are as long as the rate, whatever the gradient.
  @Test func theEncodersRateIsAFactor() throws {
    let (slow, fast) = try (moved(recipe { $0.encoderRate = 0.1 }), moved(recipe { _ in }))
    #expect(abs(slow.encoder / fast.encoder - 0.1) < 0.02)
    #expect(abs(slow.rest / fast.rest - 1) < 0.2)
  }

  /// Any checkpoint of ours is a start; grey images feed the network of three channels that it is of.
  @Test func aCheckpointIsAStart() throws {
    try inTemporaryFolder { folder in
      let (splits, path) = (rectangleSplits(), "\(folder)/checkpoint.safetensors")
      let first = try Trainer(recipe { _ in }, on: splits, seed: 1)
      _ = try first.run { _ in }
      try Checkpoint(
        description: .init(
          network: first.architecture, classes: splits.train.classes, normalization: first.normalization, row: "a",
          seed: 1, steps: 2, backgroundClass: nil), network: first.network
      ).write(to: path)
      let second = try Trainer(recipe { $0.weights = path }, on: splits, seed: 9)
      #expect(second.network.state == first.network.state && second.notes.isEmpty)
      #expect(second.normalization.mean == [0.485, 0.456, 0.406])
      let small = inputError {
        var recipe = tinyRecipe(.crossEntropy, steps: 1)
        recipe.fineTuning = FineTuning()
        recipe.fineTuning?.weights = path
        return try Trainer(recipe, on: splits, seed: 1)
      }
      #expect(small.subject == path)
    }
  }

  @Test func whatCannotBeIsNamed() throws {
    func refused(_ change: (inout Recipe) -> Void) -> String {
      var recipe = recipe { _ in }
      change(&recipe)
      return inputError { try recipe.validate() }.subject
    }
    #expect(refused { $0.network?.outputStride = 16 } == "setting outputStride")  // FPN needs 32
    #expect(refused { $0.imageHeight = 40 } == "setting imageHeight")
    #expect(refused { $0.fineTuning?.encoderRate = 0 } == "setting encoderRate")
    let both = refused {
      $0.fineTuning?.freeze = .encoder
      $0.fineTuning?.batchNormalization = .frozen
    }
    #expect(both == "setting batchNormalization")
    let missing = inputError { try Trainer(recipe { $0.weights = "imagenet" }, on: rectangleSplits(), seed: 1) }
    #expect(missing.subject.hasSuffix("weights/resnet18.safetensors"))
    #expect(missing.advice == "Fetch them with data-scripts/weights resnet18.")
  }
}
