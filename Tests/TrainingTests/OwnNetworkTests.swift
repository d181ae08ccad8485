import Datasets
import Networks
import Tensors
import Testing
import Training

/// A network of your own goes wherever one of the library's does, by public declarations alone: the example of
/// `paper/networks.md`.
private final class OneLayer: SegmentationNetwork {
  private let weight: Parameter
  private let bias = Parameter(name: "bias", value: Tensor(zeros: [2]), decays: false)
  let sizeMultiple: Int
  let statistics: [NormalizationStatistics] = []
  var parameters: [Parameter] { [weight, bias] }

  init(channels: Int, sizeMultiple: Int = 1) {
    self.sizeMultiple = sizeMultiple
    let values = (0..<2 * channels * 9).map { Float($0 % 7 - 3) / 20 }
    weight = Parameter(name: "weight", value: Tensor(values, shape: [2, channels, 3, 3]), decays: true)
  }

  func logits(_ images: Variable, on tape: Tape) -> Variable {
    tape.convolution(images, weight: tape.variable(weight), bias: tape.variable(bias), .init(padding: .init(1)))
  }
}

@Suite struct OwnNetworkTests {
  @Test(arguments: [Recipe.Objective.crossEntropy, .imageReward])
  func isTrainedEvaluatedAndKept(objective: Recipe.Objective) throws {
    var recipe = tinyRecipe(objective, steps: 60)
    recipe.learningRate = 0.05
    let splits = rectangleSplits()
    let network = OneLayer(channels: splits.train.channels)
    let evaluator = try Evaluator(
      splits.validation, normalization: .identity(channels: splits.train.channels), multiple: 1)
    let before = try #require(try evaluator.evaluate(network).meanIoU)
    let trainer = try Trainer(recipe, on: splits, seed: 1, network: network, called: "one layer")
    let after = try #require(try trainer.run { _ in }.meanIoU)
    #expect(after > before)

    try inTemporaryFolder { folder in
      let path = "\(folder)/checkpoint.safetensors"
      try Checkpoint(
        description: .init(
          network: trainer.architecture, classes: splits.train.classes, normalization: trainer.normalization,
          row: "own", seed: 1, steps: recipe.steps, backgroundClass: nil), network: network
      ).write(to: path)
      let again = OneLayer(channels: splits.train.channels)
      let read = try Checkpoint(contentsOf: path, into: again)
      #expect(again.state == network.state && read.description.network.custom == "one layer")
      #expect(inputError { try Checkpoint(contentsOf: path) }.found == "a network called one layer")
    }
  }

  @Test func itsImagesMustFitIt() throws {
    let splits = rectangleSplits()
    let network = OneLayer(channels: splits.train.channels, sizeMultiple: 32)
    let error = inputError {
      try Trainer(tinyRecipe(.crossEntropy, steps: 1), on: splits, seed: 1, network: network, called: "one layer")
    }
    #expect(error.subject == "setting imageHeight" && error.expected.hasPrefix("a multiple of 32"))
    var recipe = tinyRecipe(.crossEntropy, steps: 1)
    (recipe.imageHeight, recipe.imageWidth) = (13, 11)  // no multiple of the U-Net's
    _ = try Trainer(
      recipe, on: splits, seed: 1, network: OneLayer(channels: splits.train.channels), called: "one layer"
    ).run { _ in }
  }
}
