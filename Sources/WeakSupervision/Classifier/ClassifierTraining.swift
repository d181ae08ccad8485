import Datasets
import Networks
import Support
import Tensors
import Training

/// The training of a classifier on images and tags. It can be stopped after any step and gone on with, also from a
/// state that was kept.
public struct ClassifierTraining {
  /// What is trained.
  public let classifier: Classifier
  private let loop: TrainingLoop

  /// Of the classifier of a weakly supervised run: its labels follow from it.
  ///
  /// - Parameter recipe: the run's.
  /// - Throws: what the data throw.
  public init(_ weak: WeakRecipe, within recipe: Recipe, on tagged: TaggedDataset, seed: UInt64) throws {
    self.init(
      weak.classifierRecipe(within: recipe), outputStride: weak.outputStride, on: tagged,
      normalization: try Normalization(measuring: tagged.images), seed: seed)
  }

  /// - Parameter recipe: its objective is not looked at.
  public init(
    _ recipe: Recipe, outputStride: Int, on tagged: TaggedDataset, normalization: Normalization, seed: UInt64
  ) {
    classifier = Classifier(
      .init(
        channels: tagged.images.channels, width: recipe.networkWidth, outputs: tagged.tagClasses.count,
        outputStride: outputStride), seed: seed)
    let batches = recipe.batches(of: tagged.images, normalization: normalization, seed: seed)
    loop = TrainingLoop(
      recipe, network: classifier, learner: TagLearner(tagged, batches: batches), batches: batches,
      name: "the classifier", advice: "Lower it with --set classifierLearningRate=….")
  }

  /// The state between two steps. Copies nothing until the next step writes.
  public var state: TrainingState { loop.state }

  /// Takes over a state, so that `run` goes on after its last step, or has nothing to do: `TrainingLoop.restore`.
  public func restore(_ state: TrainingState, from subject: String) throws {
    try loop.restore(state, from: subject, orFinished: true)
  }

  /// Trains to the last step.
  ///
  /// - Parameter observe: sees the steps done and the loss after each one, and can stop the training by throwing.
  /// - Throws: what the data or `observe` throw; `InputError` where the gradient stops being finite.
  public func run(observe: (_ step: Int, _ loss: Double) throws -> Void = { _, _ in }) throws -> Classifier {
    _ = try loop.run { event in
      if case .step(let step) = event, let loss = step.outcome.loss { try observe(step.step, loss) }
    }
    return classifier
  }
}

/// Learns which classes an image shows from its tags: `softMarginLoss`.
struct TagLearner: Learner {
  private let tagged: TaggedDataset
  private let batches: BatchLoader

  init(_ tagged: TaggedDataset, batches: BatchLoader) { (self.tagged, self.batches) = (tagged, batches) }

  func outcome(at logits: Tensor, of batch: Batch, step: Int) throws -> StepOutcome {
    let classes = tagged.tagClasses
    let targets = batches.indices(at: step).flatMap { index in classes.map(tagged.tags[index].contains) }
    return softMarginLoss(logits: logits, targets: targets)
  }
}
