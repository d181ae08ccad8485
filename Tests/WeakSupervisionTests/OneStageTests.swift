import Datasets
import Foundation
import Images
import Networks
import Randomness
import Tensors
import Testing
import Training

@testable import WeakSupervision

@Suite struct OneStageTests {
  private func recipe() -> OneStageRecipe {
    var recipe = OneStageRecipe()
    recipe.refinement = PAMR(dilations: [1, 2], iterations: 3)
    return recipe
  }

  private func method(count: Int = 24) throws -> OneStage {
    OneStage(recipe(), on: try TaggedDataset(tagging: patterns("train", count: count, seed: 1), background: 0))
  }

  /// A batch of the first patterns with a column of void, and logits of whatever.
  private func batch(_ method: OneStage, count: Int = 3) throws -> (batch: Batch, logits: Tensor, tags: [[UInt8]]) {
    var batch = Batch(count: count, height: 16, width: 16, channels: 1)
    batch.pixels = try (0..<count).flatMap { try method.tagged.image(at: $0).values }
    batch.void = VoidMask(of: (0..<count * 256).map { $0 % 16 == 15 ? 255 : 0 })
    var random = RandomStream(seed: 3, purpose: .scenes)
    let logits = (0..<count * 256 * 3).map { $0 % 3 == 0 ? 1 : 2 * random.normal() }
    return (batch, Tensor(logits, shape: [count, 16, 16, 3]), (0..<count).map { method.tagged.tags[$0] })
  }

  /// The loss of tags alone by finite differences, through scores, penalty and soft margin, for a few logits of each
  /// kind; the background's get no gradient.
  @Test func theGradientOfTagsIsThatOfTheirLoss() throws {
    let method = try method()
    let (batch, logits, tags) = try batch(method)
    let found = try method.outcome(logits: logits, batch: batch, tags: tags, learnsMasks: false)
    for i in stride(from: 0, to: logits.count, by: 41) {
      func loss(_ change: Float) throws -> Double {
        var scalars = logits.scalars
        scalars[i] += change
        let outcome = try method.outcome(
          logits: Tensor(scalars, shape: logits.shape), batch: batch, tags: tags, learnsMasks: false)
        return try #require(outcome.loss)
      }
      let slope = try (loss(0.05) - loss(-0.05)) / 0.1
      let expected = i % 3 == 0 ? 0 : slope
      #expect(abs(Double(found.gradient.scalars[i]) - expected) < 2e-5, "logit \(i)")
    }
  }

  /// What the masks add is the cross-entropy of the labels they make, these held fixed.
  @Test func masksAddTheLossOfTheirOwnLabels() throws {
    let method = try method()
    let (batch, logits, tags) = try batch(method)
    let alone = try method.outcome(logits: logits, batch: batch, tags: tags, learnsMasks: false)
    let both = try method.outcome(logits: logits, batch: batch, tags: tags, learnsMasks: true)
    let masks = try method.maskScores(logits: logits, void: batch.void)
    var labels: [UInt8] = []
    for n in 0..<batch.count {
      let image = try method.tagged.image(at: n)
      let own = try masks[n].pseudoLabels(of: image, tags: tags[n], background: 0, method.recipe).classes
      #expect(Set(own).isSubset(of: Set(tags[n] + [0, 255])))
      labels += own.enumerated().map { batch.void.isVoid(n * 256 + $0) ? 255 : $1 }
    }
    let added = balancedCrossEntropy(logits: logits, labels: labels, expected: tags.map { $0.count + 1 })
    let losses = try [both, alone, added].map { try #require($0.loss) }
    #expect(losses[0] == losses[1] + losses[2])
    for i in 0..<logits.count {
      let expected = i % 3 == 0 ? 0 : alone.gradient.scalars[i] + added.gradient.scalars[i]
      #expect(both.gradient.scalars[i] == expected)
    }
  }

  @Test func imagesWithoutTagsAndImagesOfVoid() throws {
    let method = try method()
    let (given, logits, _) = try batch(method)
    var batch = given
    batch.void.set(0..<256, isVoid: true)
    let found = try method.outcome(logits: logits, batch: batch, tags: [[1], [], []], learnsMasks: true)
    #expect(try #require(found.loss).isFinite)
    let gradient = found.gradient.scalars
    #expect(gradient.allSatisfy { $0.isFinite } && gradient[0..<256 * 3].allSatisfy { $0 == 0 })
  }

  /// It learns where things are from what they are: far better than background everywhere (a mean IoU below 1/3). The
  /// background's logit stays what it was.
  @Test func learnsThePatterns() throws {
    let training = patterns("train", count: 48, seed: 1)
    let data = DatasetSplits(
      train: training, tuning: patterns("tuning", count: 8, seed: 2), validation: patterns("val", count: 24, seed: 3),
      backgroundClass: 0)
    let recipe = patternRecipe(steps: 120).recipe
    let method = OneStage(self.recipe(), on: try TaggedDataset(tagging: training, background: 0))
    let trainer = try method.trainer(recipe, on: data, seed: 1)
    let mIoU = try #require(try trainer.run { _ in }.meanIoU)
    #expect(mIoU > 0.45)
    let (network, normalization) = (trainer.network, trainer.normalization)
    var batch = Batch(count: 1, height: 16, width: 16, channels: 1)
    batch.pixels = try training.sample(at: 0).image.values
    let images = Tensor(batch.pixels, shape: [1, 16, 16, 1])
    let logits = network.logits(Variable(images), on: Tape(recording: false)).value.scalars
    #expect((0..<256).allSatisfy { logits[3 * $0] == 1 })

    let quality = try OneStageQuality(
      of: network, learnedBy: method, normalization: normalization, tagged: method.tagged, truth: training)
    let (masks, refined) = (try #require(quality.maskMeanIoU), try #require(quality.refinedMeanIoU))
    #expect(masks > 0.4 && refined > 0.4, "masks \(masks), refined \(refined), validation \(mIoU)")
    let scores = try method.evaluateTags(of: network, on: method.tagged, normalization: normalization)
    #expect(try #require(scores.mean) > 0.9)
  }

  @Test func theSameEachTime() throws {
    let training = patterns("train", count: 16, seed: 1)
    let data = DatasetSplits(train: training, tuning: training, validation: training, backgroundClass: 0)
    let method = OneStage(self.recipe(), on: try TaggedDataset(tagging: training, background: 0))
    let states = try ([1, 1, 2] as [UInt64]).map { seed in
      let trainer = try method.trainer(patternRecipe(steps: 6).recipe, on: data, seed: seed)
      _ = try trainer.run { _ in }
      return trainer.network.state
    }
    #expect(states[0] == states[1] && states[0] != states[2])
  }

  /// Images that the network pads are measured at their own size.
  @Test func qualityOfImagesOfOddSizes() throws {
    let samples = [(5, 9), (8, 8), (17, 3)].map { width, height in
      var labels = LabelMap(width: width, height: height, fill: 0)
      labels[1, 1] = 1
      return Sample(image: Image(width: width, height: height, channels: 1, fill: 0.5), labels: labels)
    }
    let truth = InMemoryDataset(name: "odd", classes: ["background", "thing"], samples: samples)
    let tagged = try TaggedDataset(tagging: truth, background: 0)
    let method = OneStage(recipe(), on: tagged)
    let network = Architecture(channels: 1, width: 1, classes: 2).network(seed: 1)
    let quality = try OneStageQuality(
      of: network, learnedBy: method, normalization: .identity(channels: 1), tagged: tagged, truth: truth)
    #expect(quality.maskMeanIoU != nil && quality.refinedMeanIoU != nil)
  }
}
