import Datasets
import Foundation
import Networks
import Tensors
import Testing
import Training

@testable import WeakSupervision

@Suite struct ClassifierTrainingTests {
  private func train(seed: UInt64, steps: Int = 60) throws -> (classifier: Classifier, losses: [Double]) {
    let tagged = try TaggedDataset(tagging: patterns("train", count: 64, seed: 1), background: 0)
    let (recipe, weak) = patternRecipe(steps: steps)
    var losses: [Double] = []
    let classifier = try ClassifierTraining(weak, within: recipe, on: tagged, seed: seed).run { step, loss in
      losses.append(loss)
      #expect(step == losses.count)
    }
    return (classifier, losses)
  }

  /// Stripes and blocks are learned from tags alone, and found in images of other seeds.
  @Test func learnsFromTags() throws {
    let (classifier, losses) = try train(seed: 1)
    #expect(losses.count == 60)
    #expect(try #require(losses.last) < 0.5 * losses[0])
    let validation = try TaggedDataset(tagging: patterns("val", count: 40, seed: 2), background: 0)
    let scores = try classifier.evaluate(
      on: validation, normalization: try Normalization(measuring: validation.images))
    #expect(try #require(scores.mean) > 0.95)
    #expect(scores.averagePrecision.count == 2)
  }

  @Test func theSeedDecidesEverything() throws {
    let first = try train(seed: 5, steps: 5)
    let again = try train(seed: 5, steps: 5)
    #expect(first.classifier.state == again.classifier.state && first.losses == again.losses)
    #expect(try train(seed: 6, steps: 5).classifier.state != first.classifier.state)
  }

  /// Stopped after any step, its state goes on to the same bits.
  @Test func aStateGoesOnToTheSameClassifier() throws {
    struct Stop: Error {}
    let tagged = try TaggedDataset(tagging: patterns("train", count: 16, seed: 1), background: 0)
    let (recipe, weak) = patternRecipe(steps: 5)
    func training() throws -> ClassifierTraining {
      try ClassifierTraining(weak, within: recipe, on: tagged, seed: 3)
    }
    let whole = try training().run().state
    let first = try training()
    #expect(throws: Stop.self) { try first.run { step, _ in if step == 2 { throw Stop() } } }
    let second = try training()
    try second.restore(first.state, from: "state")
    var steps: [Int] = []
    #expect(try second.run { step, _ in steps.append(step) }.state == whole && steps == [3, 4, 5])
    #expect(try first.run().state == whole)
  }

  /// An encoder starts from its weights, sees grey images as colour, by its own normalisation, and makes seeds.
  @Test func anEncoderLearnsTags() throws {
    let tagged = try TaggedDataset(tagging: patterns("train", count: 8, seed: 1), background: 0)
    let recipe = patternRecipe().recipe
    var weak = patternRecipe(steps: 2).weak
    (weak.classifierEncoder, weak.outputStride) = (.mobilenetV2, 8)
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("rss-\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let pretrained = Classifier(.init(.mobilenetV2, outputs: 5, outputStride: 32), seed: 9)
    try Safetensors(tensors: pretrained.state, metadata: [:]).write(to: file)
    weak.classifierWeights = file
    let training = try ClassifierTraining(weak, within: recipe, on: tagged, seed: 1)
    #expect(training.normalization == EncoderDecoder.EncoderKind.mobilenetV2.normalization)
    #expect(training.notes.count == 1 && training.notes[0].hasPrefix("the head starts anew: it has 2 classes"))
    for (name, value) in training.classifier.state where name.hasPrefix("encoder.") {
      #expect(value == pretrained.state[name], "\(name)")
    }
    let classifier = try training.run()
    let tuning = patterns("tuning", count: 4, seed: 3)
    let labels = try makePseudoLabels(
      weak, classifier: classifier, training: tagged,
      data: DatasetSplits(train: tuning, tuning: tuning, validation: tuning, backgroundClass: 0), refinement: nil,
      seed: 1)
    #expect(labels.dataset.count == 8 && labels.seeds.normalization == training.normalization)
  }

  @Test func aDivergingTrainingSaysWhatToDo() throws {
    let tagged = try TaggedDataset(tagging: patterns("train", count: 8, seed: 1), background: 0)
    var recipe = patternRecipe().recipe
    recipe.learningRate = .greatestFiniteMagnitude
    recipe.schedule = .constant
    let error = inputError {
      try ClassifierTraining(recipe, outputStride: 2, on: tagged, seed: 1).run()
    }
    #expect(error.subject.hasPrefix("step") && error.advice.contains("classifierLearningRate"))
  }
}
