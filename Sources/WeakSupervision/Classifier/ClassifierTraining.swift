import Datasets
import Networks
import Ranks
import Support
import Tensors
import Training

/// The training of a classifier on images and tags. It can be stopped after any step and gone on with, also from a
/// state that was kept.
public struct ClassifierTraining {
  /// What is trained.
  public let classifier: Classifier
  /// The encoder's own, or measured on the images.
  public let normalization: Normalization
  /// What of the network starts anew although there are weights, in words.
  public let notes: [String]
  private let loop: TrainingLoop

  /// Of the classifier of a weakly supervised run: its labels follow from it.
  ///
  /// - Parameters:
  ///   - recipe: the run's.
  ///   - ranks: share every batch by the recipe's shards.
  /// - Throws: what the data and the weights throw.
  public init(
    _ weak: WeakRecipe, within recipe: Recipe, on tagged: TaggedDataset, seed: UInt64,
    ranks: any Communicator = .alone
  ) throws {
    try self.init(
      weak.classifierRecipe(within: recipe), outputStride: weak.outputStride, on: tagged, seed: seed, ranks: ranks)
  }

  /// - Parameters:
  ///   - recipe: its objective is not looked at, and neither is its decoder.
  ///   - ranks: share every batch by the recipe's shards.
  /// - Throws: what the data and the weights throw.
  public init(
    _ recipe: Recipe, outputStride: Int, on tagged: TaggedDataset, seed: UInt64, ranks: any Communicator = .alone
  ) throws {
    try recipe.validate(sizeMultiple: outputStride)
    normalization = try tagged.images.normalization(for: recipe.network?.encoder)
    let outputs = tagged.tagClasses.count
    let configuration =
      recipe.network.map { Classifier.Configuration($0.encoder, outputs: outputs, outputStride: outputStride) }
      ?? .init(
        channels: tagged.images.channels, width: recipe.networkWidth, outputs: outputs, outputStride: outputStride)
    let classifier = Classifier(configuration, seed: seed)
    self.classifier = classifier
    notes = try classifier.start(by: recipe, setting: "classifierWeights")
    let batches = recipe.batches(
      of: tagged.images, normalization: normalization, seed: seed, share: try recipe.share(among: ranks))
    loop = TrainingLoop(
      recipe, network: classifier, learner: TagLearner(tagged, batches: batches), batches: batches,
      ranks: ranks, name: "the classifier", advice: "Lower it with --set classifierLearningRate=….")
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
    return softMarginLoss(logits: logits, targets: targets, ranks: batch.share.ranks)
  }
}
