import Datasets
import Metrics
import Networks
import Ranks
import Support
import Tensors

/// The training loop: one for every network and everything that it can learn from.
public final class TrainingLoop {
  /// Steps, optimizer and schedule.
  public let recipe: Recipe
  /// What is trained.
  public let network: any Network
  /// What it learns from.
  public let learner: any Learner
  /// What it is shown.
  public let batches: any BatchSource
  /// Measures the network now and then; nil is never.
  public let evaluator: Evaluator?
  let optimizer: Optimizer
  private let propagation: Propagation
  private let name: String?
  private let advice: String
  /// Whether a run has ended since its gradient stopped being finite.
  public private(set) var hasDiverged = false

  /// - Parameters:
  ///   - recipe: its steps, optimizer and schedule; what is learned from is the learner's.
  ///   - ranks: share every batch by the recipe's shards.
  ///   - name: of what is trained, for errors: "the classifier"; nil is the run's network.
  ///   - advice: what to do where the gradient stops being finite.
  public init(
    _ recipe: Recipe, network: any Network, learner: any Learner, batches: any BatchSource,
    evaluator: Evaluator? = nil, ranks: any Communicator = .alone, name: String? = nil,
    advice: String =
      "Lower the learning rate (--set learningRate=…) or the clip; what was recorded so far is in metrics.jsonl."
  ) {
    (self.recipe, self.network, self.learner, self.batches) = (recipe, network, learner, batches)
    (self.evaluator, self.name, self.advice) = (evaluator, name, advice)
    optimizer = Optimizer(recipe, parameters: network.parameters)
    propagation = Propagation(network, by: recipe, among: ranks)
  }

  /// From the first step, or from the one after `restore`d ones, to the last. `observe` sees every step and every
  /// evaluation, and can stop the run by throwing; running again then goes on with the next step.
  ///
  /// - Returns: the confusion matrix of the last evaluation; nil without an evaluator, or where no step was left to do.
  /// - Throws: what the data, the learner or `observe` throw; `InputError` where the gradient stops being finite.
  public func run(observe: (TrainingEvent) throws -> Void) throws -> ConfusionMatrix? {
    try learner.begin()
    defer { learner.end() }
    var batch = batches.emptyBatch(keepsFrames: learner.wantsFrames)
    var confusion: ConfusionMatrix?
    for step in optimizer.steps..<recipe.steps {
      try batches.fill(&batch, at: step)
      try observe(.step(try take(step, on: batch)))
      if let evaluator, recipe.isEvaluated(after: step + 1) {
        let found = try evaluator.evaluate(network)
        try observe(.evaluation(step: step + 1, found))
        confusion = found
      }
      if step + 1 < recipe.steps { try observe(.pause(step: step + 1)) }
    }
    return confusion
  }

  /// One step: forward, what is learned, backward, update. Where it throws, it has changed nothing.
  ///
  /// - Parameters:
  ///   - step: its number, from 0.
  ///   - profile: notes what takes how long.
  ///   - inspect: is called when the parameters have their gradients and before they move.
  package func take(
    _ step: Int, on batch: Batch, profile: Profile? = nil, inspect: () throws -> Void = {}
  ) throws -> TrainingEvent.Step {
    let logits = propagation.forward(batch, profile: profile)
    let outcome = try measured("objective", profile) { try learner.outcome(at: logits, of: batch, step: step) }
    propagation.backward(outcome.gradient)
    try inspect()
    let learningRate = recipe.learningRate * recipe.schedule.factor(at: step, of: recipe.steps, warmup: recipe.warmup)
    let norm = measured("optimizer", profile) { optimizer.step(learningRate: learningRate) }
    guard norm.isFinite else {
      hasDiverged = true
      throw diverged(at: step)
    }
    propagation.moveStatistics()
    return .init(step: step + 1, outcome: outcome, learningRate: learningRate, gradientNorm: norm)
  }

  private func measured<Result>(_ name: String, _ profile: Profile?, _ body: () throws -> Result) rethrows -> Result {
    try profile?.measure(name, .forward, body) ?? body()
  }

  private func diverged(at step: Int) -> InputError {
    InputError(
      "step \(step)\(name.map { " of \($0)" } ?? "")", found: "a gradient that is not a finite number",
      expected: "a finite gradient", advice: advice)
  }
}

/// What a run reports while it goes on.
public enum TrainingEvent {
  /// What one step did.
  public struct Step {
    /// Steps done, from 1.
    public let step: Int
    /// Its loss or reward, and the gradient of the logits.
    public let outcome: StepOutcome
    /// That it was taken with.
    public let learningRate: Float
    /// Before clipping.
    public let gradientNorm: Double
  }
  /// A step has changed the network. One that fails before that has changed nothing and isn't reported.
  case step(Step)
  case evaluation(step: Int, ConfusionMatrix)
  /// Everything about this step has been reported and another one follows: `TrainingLoop.state` can be kept.
  case pause(step: Int)
}

extension Recipe {
  /// Whether an evaluation follows the given number of steps: `evaluations` of them, evenly spread, one at the end.
  public func isEvaluated(after step: Int) -> Bool {
    let count = max(1, min(evaluations, steps))
    return step * count / steps > (step - 1) * count / steps
  }
}
