import Datasets
import Foundation
import Images
import Metrics
import Testing

@testable import Training

@Suite struct TrainerTests {
  private struct Log {
    var steps: [TrainingEvent.Step] = []
    var evaluations: [(step: Int, confusion: ConfusionMatrix)] = []
    var pauses: [Int] = []
    var result = ConfusionMatrix(classes: 2)

    /// What is to grow: the reward, or the loss with a minus.
    var progress: [Double] { steps.map { $0.outcome.reward ?? -($0.outcome.loss ?? 0) } }
  }

  private func run(_ recipe: Recipe, seed: UInt64 = 1, on data: DatasetSplits = rectangleSplits()) throws -> (
    log: Log, trainer: Trainer
  ) {
    let trainer = try Trainer(recipe, on: data, seed: seed)
    var log = Log()
    log.result = try trainer.run { event in
      switch event {
      case .step(let step): log.steps.append(step)
      case .evaluation(let step, let confusion): log.evaluations.append((step, confusion))
      case .pause(let step): log.pauses.append(step)
      }
    }
    return (log, trainer)
  }

  @Test(arguments: Recipe.Objective.allCases, [false, true])
  func learnsAnEasyProblem(objective: Recipe.Objective, voids: Bool) throws {
    let log = try run(tinyRecipe(objective, steps: 80), on: rectangleSplits(voids: voids)).log
    let early = log.progress.prefix(5).reduce(0, +) / 5
    let late = log.progress.suffix(5).reduce(0, +) / 5
    #expect(late > early + 0.1, "from \(early) to \(late)")
    let score = try #require(log.result.meanIoU)
    #expect(score > 0.8, "mIoU \(score)")
  }

  @Test func everyStepAndEvaluationIsReported() throws {
    let recipe = tinyRecipe(.pixelReward, steps: 10)
    let log = try run(recipe).log
    #expect(log.steps.map(\.step) == Array(1...10))
    #expect(log.evaluations.map(\.step) == [4, 7, 10])
    #expect(log.pauses == Array(1...9), "after the last step there is nothing to go on with")
    #expect(log.evaluations.last?.confusion == log.result)
    #expect(log.result.total == 5 * 13 * 11)
    #expect(log.steps.allSatisfy { $0.outcome.queries == 8 * 16 * 16 && $0.gradientNorm.isFinite })
    for step in log.steps {
      let factor = recipe.schedule.factor(at: step.step - 1, of: 10, warmup: recipe.warmup)
      #expect(step.learningRate == recipe.learningRate * factor)
    }
  }

  @Test(arguments: [(10, 3), (10, 10), (3, 10), (7, 2), (1, 1), (500, 10), (1, 5), (13, 4)])
  func evaluationsAreSpreadAndTheLastIsAtTheEnd(steps: Int, evaluations: Int) {
    var recipe = tinyRecipe(.crossEntropy, steps: steps)
    recipe.evaluations = evaluations
    let places = (1...steps).filter { recipe.isEvaluated(after: $0) }
    #expect(places.count == min(steps, evaluations))
    #expect(places.last == steps)
    let gaps = zip([0] + places, places).map { $1 - $0 }
    #expect((gaps.max() ?? 0) - (gaps.min() ?? 0) <= 1, "\(places)")
  }

  @Test func theSplitAskedForIsEvaluated() throws {
    var recipe = tinyRecipe(.crossEntropy, steps: 1)
    recipe.evaluateOn = .tuning
    #expect(try run(recipe).log.result.total == 4 * 16 * 16)
  }

  private func checkpoint(_ objective: Recipe.Objective, seed: UInt64) throws -> Data {
    let recipe = tinyRecipe(objective, steps: 6)
    let trainer = try run(recipe, seed: seed).trainer
    return try inTemporaryFolder { folder in
      let description = Checkpoint.Description(
        network: trainer.architecture, classes: ["background", "rectangle"],
        normalization: trainer.normalization, row: "rectangles", seed: 0, steps: recipe.steps, backgroundClass: 0)
      try Checkpoint(description: description, network: trainer.network).write(to: "\(folder)/a.safetensors")
      return try Data(contentsOf: URL(fileURLWithPath: "\(folder)/a.safetensors"))
    }
  }

  @Test(arguments: Recipe.Objective.allCases)
  func theSeedAloneDecidesTheCheckpoint(objective: Recipe.Objective) throws {
    let first = try checkpoint(objective, seed: 3)
    #expect(try checkpoint(objective, seed: 3) == first)
    #expect(try checkpoint(objective, seed: 4) != first)
  }

  @Test(arguments: Recipe.Objective.allCases, [Recipe.OptimizerKind.adamW, .sgd])
  func aDivergingRunEndsWithAnError(objective: Recipe.Objective, optimizer: Recipe.OptimizerKind) {
    var recipe = tinyRecipe(objective, steps: 30)
    (recipe.optimizer, recipe.learningRate, recipe.schedule) = (optimizer, 1e30, .constant)
    let error = inputError { try run(recipe).log.progress }
    #expect(error.subject.hasPrefix("step ") && error.found.contains("not a finite number"))
    #expect(error.advice.contains("learningRate"))
  }

  @Test func observingCanStopARun() throws {
    struct Enough: Error {}
    let trainer = try Trainer(tinyRecipe(.crossEntropy), on: rectangleSplits(), seed: 1)
    var seen = 0
    #expect(throws: Enough.self) {
      _ = try trainer.run { _ in
        seen += 1
        if seen == 3 { throw Enough() }
      }
    }
    #expect(seen == 3)
  }

  @Test func aBadRecipeIsRefused() {
    var recipe = tinyRecipe(.crossEntropy)
    recipe.imageWidth = 17
    let error = inputError { try Trainer(recipe, on: rectangleSplits(), seed: 1) }
    #expect(error.subject == "setting imageWidth")
  }

  /// One class, one pixel, everything void: nothing to learn, and no trap.
  @Test(arguments: Recipe.Objective.allCases)
  func degenerateData(objective: Recipe.Objective) throws {
    func splits(_ classes: [String], _ label: UInt8, size: Int) -> DatasetSplits {
      let sample = Sample(
        image: Image(width: size, height: size, channels: 1, fill: 0.5),
        labels: LabelMap(width: size, height: size, fill: label))
      let set = InMemoryDataset(name: "degenerate", classes: classes, samples: [sample])
      return DatasetSplits(train: set, tuning: set, validation: set, backgroundClass: nil)
    }
    var recipe = tinyRecipe(objective, steps: 3)
    recipe.batchSize = 1
    for (classes, label) in [(["only"], UInt8(0)), (["a", "b"], 1), (["a", "b"], 255)] {
      for size in [1, 16] {
        let result = try run(recipe, on: splits(classes, label, size: size)).log.result
        #expect(result.total == (label == 255 ? 0 : size * size))
      }
    }
  }

  @Test func augmentationChangesTheRun() throws {
    var recipe = tinyRecipe(.crossEntropy, steps: 2)
    let plain = try run(recipe).log.steps.map(\.outcome.loss)
    recipe.augmentation = .standard
    #expect(try run(recipe).log.steps.map(\.outcome.loss) != plain)
  }

  private static let hasGarments = FileManager.default.fileExists(
    atPath: "\(FashionScenes.defaultDirectory)/train-images-idx3-ubyte.gz")

  @Test(.enabled(if: hasGarments, "needs Debian's dataset-fashion-mnist or RSS_FASHION_MNIST"))
  func garmentsAreLearned() throws {
    var recipe = Recipe(objective: .crossEntropy, networkWidth: 4, steps: 60, imageHeight: 32, imageWidth: 32)
    recipe.evaluations = 1
    let log = try run(recipe, on: try FashionScenes.load(.fashion32)).log
    #expect(try #require(log.result.pixelAccuracy) > 0.5)
    #expect(log.progress.suffix(10).reduce(0, +) > log.progress.prefix(10).reduce(0, +))
  }
}
