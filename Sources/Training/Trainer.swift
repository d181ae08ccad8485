import Datasets
import Metrics
import Networks
import Rewards
import Support
import Tensors

/// Trains a network by one recipe, from the first step to the last.
public struct Trainer {
  /// What a network learns from that a recipe's objective doesn't name: the loss at a batch's logits `[N, H, W, K]`, from
  /// the batch, which training images it shows, and the steps done. It must follow from these alone, or a run that goes on
  /// isn't the same run.
  public typealias Lesson = (_ logits: Tensor, _ batch: Batch, _ images: [Int], _ step: Int) throws -> StepOutcome

  public let recipe: Recipe
  public let seed: UInt64
  public let network: UNet
  public let normalization: Normalization
  let optimizer: Optimizer
  private let loader: BatchLoader
  private let evaluator: Evaluator
  private let rewards: RewardSource
  private let lesson: Lesson?

  /// - Parameters:
  ///   - data: its training split is an `UnlabelledDataset` where the rewards come from a program.
  ///   - rewards: of image-level learning.
  ///   - lesson: takes the place of the recipe's objective; nil leaves it.
  /// - Throws: `InputError` where the recipe doesn't fit the data or the rewards, or the data can't be read.
  public init(
    _ recipe: Recipe, on data: DatasetSplits, seed: UInt64, rewards: RewardSource = .score, lesson: Lesson? = nil
  ) throws {
    try recipe.validate()
    try recipe.validate(rewards, on: data)
    (self.recipe, self.seed, self.rewards, self.lesson) = (recipe, seed, rewards, lesson)
    normalization = try Normalization(measuring: data.train)
    network = UNet(
      .init(channels: data.train.channels, width: recipe.networkWidth, classes: data.train.classes.count), seed: seed)
    optimizer = Optimizer(recipe, parameters: network.parameters)
    loader = BatchLoader(
      dataset: data.train, batchSize: recipe.batchSize, height: recipe.imageHeight, width: recipe.imageWidth,
      normalization: normalization, augmentation: recipe.augmentation == .standard ? .standard : .none, seed: seed)
    evaluator = try Evaluator(
      data.split(recipe.evaluateOn), normalization: normalization, multiple: network.sizeMultiple)
  }

  /// The training loop, from the first step or from the one after `restore`d ones. `observe` sees every step and every
  /// evaluation, and can stop the run by throwing; running again then goes on with the next step.
  ///
  /// - Returns: the confusion matrix of the last evaluation.
  /// - Throws: what the data or `observe` throw; `InputError` where the gradient stops being finite.
  public func run(observe: (TrainingEvent) throws -> Void) throws -> ConfusionMatrix {
    var batch = Batch(
      count: recipe.batchSize, height: recipe.imageHeight, width: recipe.imageWidth,
      channels: network.configuration.channels)
    let shape = [batch.count, batch.height, batch.width, batch.channels]
    let judge = try Judge(rewards, recipe: recipe, loader: loader)
    defer { judge.end() }
    for step in optimizer.steps..<recipe.steps {
      try loader.fill(&batch, at: step)
      let tape = Tape()
      let (logits, outcome) = try network.restoringStatisticsAfterErrors {
        let logits = network.logits(Variable(Tensor(batch.pixels, shape: shape)), on: tape)
        if let lesson {
          return (logits, StepOutcome(try lesson(logits.value, batch, loader.indices(at: step), step)))
        }
        let outcome = try recipe.outcome(logits: logits.value, labels: batch.labels, seed: seed, step: step) {
          try judge.rewards(of: $0, regions: $1, labels: batch.labels, step: step)
        }
        return (logits, outcome)
      }
      try observe(.judged(step: step + 1))
      tape.backward(from: logits, gradient: outcome.gradient)
      let learningRate =
        recipe.learningRate * recipe.schedule.factor(at: step, of: recipe.steps, warmup: recipe.warmup)
      let norm = optimizer.step(learningRate: learningRate)
      guard norm.isFinite else { throw diverged(at: step) }
      try observe(.step(.init(step: step + 1, outcome: outcome, learningRate: learningRate, gradientNorm: norm)))
      if recipe.isEvaluated(after: step + 1) {
        let confusion = try evaluator.evaluate(network)
        try observe(.evaluation(step: step + 1, confusion))
        if step + 1 == recipe.steps { return confusion }
      }
      try observe(.pause(step: step + 1))
    }
    return try evaluator.evaluate(network)
  }

  private func diverged(at step: Int) -> InputError {
    InputError(
      "step \(step)", found: "a gradient that is not a finite number", expected: "a finite gradient",
      advice:
        "Lower the learning rate (--set learningRate=…) or the clip; what was recorded so far is in metrics.jsonl.")
  }
}

/// What a run reports while it goes on.
public enum TrainingEvent {
  public struct Step {
    /// Steps done, from 1.
    public let step: Int
    public let outcome: StepOutcome
    public let learningRate: Float
    public let gradientNorm: Double
  }
  /// The step's loss or rewards are known: what follows changes the network. Until here, a step that fails has changed nothing.
  case judged(step: Int)
  case step(Step)
  case evaluation(step: Int, ConfusionMatrix)
  /// Everything about this step has been reported and another one follows: `Trainer.state` can be kept.
  case pause(step: Int)
}

extension DatasetSplits {
  public func split(_ name: Recipe.EvaluationSplit) -> any Dataset { name == .tuning ? tuning : validation }
}

extension Recipe {
  /// Whether an evaluation follows the given number of steps: `evaluations` of them, evenly spread, one at the end.
  public func isEvaluated(after step: Int) -> Bool {
    let count = max(1, min(evaluations, steps))
    return step * count / steps > (step - 1) * count / steps
  }
}
