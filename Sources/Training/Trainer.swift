import Datasets
import Metrics
import Networks
import Ranks
import Rewards
import Support
import Tensors

/// Trains a segmentation network by one recipe: puts together what the recipe names, and runs the loop.
public struct Trainer {
  /// What the training follows from, with data and seed.
  public let recipe: Recipe
  /// What all random numbers follow from.
  public let seed: UInt64
  /// Which network.
  public let architecture: Architecture
  /// What is trained.
  public let network: any SegmentationNetwork
  /// The encoder's own, or measured on the training split.
  public let normalization: Normalization
  /// What of the network starts anew although the recipe names weights, in words.
  public let notes: [String]
  private let loop: TrainingLoop
  private let evaluator: Evaluator

  /// By the recipe's objective.
  ///
  /// - Parameters:
  ///   - environment: gives image-level rewards, from images without labels; nil is the recipe's score against the labels
  ///     of the training split.
  ///   - ranks: share the work; each makes such a trainer of the same recipe, data and seed.
  /// - Throws: `InputError` where the recipe doesn't fit the data or the environment, there are no labels where it
  ///   needs them, or the data can't be read.
  public init(
    _ recipe: Recipe, on data: DatasetSplits, seed: UInt64, environment: (any RewardEnvironment)? = nil,
    ranks: any Communicator = .alone
  ) throws {
    try self.init(recipe, on: data, seed: seed, own: nil, environment: environment, ranks: ranks)
  }

  /// Of a network of your own, by the recipe's objective.
  ///
  /// - Parameters:
  ///   - network: takes the place of the one that the recipe names; it gives a logit for each class of the data.
  ///   - name: what its checkpoints call it.
  ///   - normalization: of the images; nil is measured on the training split.
  ///   - environment: as above.
  ///   - ranks: as above.
  /// - Throws: as above.
  public init(
    _ recipe: Recipe, on data: DatasetSplits, seed: UInt64, network: any SegmentationNetwork, called name: String,
    normalization: Normalization? = nil, environment: (any RewardEnvironment)? = nil,
    ranks: any Communicator = .alone
  ) throws {
    try self.init(
      recipe, on: data, seed: seed, own: OwnNetwork(network: network, name: name, normalization: normalization),
      environment: environment, ranks: ranks)
  }

  private init(
    _ recipe: Recipe, on data: DatasetSplits, seed: UInt64, own: OwnNetwork?, environment: (any RewardEnvironment)?,
    ranks: any Communicator
  ) throws {
    try environment?.validate(recipe)
    let labelled = environment == nil ? try data.trainingLabels(for: recipe.objective.supervision) : data.labelledTrain
    try self.init(recipe, on: data, labelled, seed: seed, own: own, ranks: ranks) { batches, labels in
      if let environment {
        return ImageRewardLearner(recipe, seed: seed, environment: environment, batches: batches)
      }
      return recipe.learner(seed: seed, labels: labels)
    }
  }

  /// A network that isn't made here.
  private struct OwnNetwork {
    var network: any SegmentationNetwork
    var name: String
    var normalization: Normalization?
  }

  /// From images, by a learner of its own.
  ///
  /// - Parameters:
  ///   - ranks: as above.
  ///   - learner: takes the place of the recipe's objective. It is made from the batches that it will be shown.
  /// - Throws: as above.
  public init(
    _ recipe: Recipe, on data: DatasetSplits, seed: UInt64, ranks: any Communicator = .alone,
    learner: (BatchLoader) throws -> any Learner
  ) throws {
    try self.init(recipe, on: data, nil, seed: seed, ranks: ranks) { batches, _ in try learner(batches) }
  }

  /// - Parameter labelled: the training split with labels, where they are needed or tell what is void.
  private init(
    _ recipe: Recipe, on data: DatasetSplits, _ labelled: (any LabelledDataset)?, seed: UInt64,
    own: OwnNetwork? = nil, ranks: any Communicator,
    learner: (BatchLoader, @escaping BatchLabels) throws -> any Learner
  ) throws {
    try recipe.validate(sizeMultiple: own?.network.sizeMultiple)
    let share = try recipe.share(among: ranks)
    (self.recipe, self.seed) = (recipe, seed)
    architecture =
      own.map {
        Architecture(
          custom: $0.name, channels: $0.normalization?.mean.count ?? data.train.channels,
          classes: data.train.classes.count)
      } ?? recipe.architecture(for: data.train)
    try recipe.requireMemory(of: architecture)
    let normalization =
      try own?.normalization ?? data.train.normalization(for: architecture.parts?.encoder)
    self.normalization = normalization
    let network = own?.network ?? architecture.network(seed: seed)
    self.network = network
    notes = try network.start(by: recipe)
    evaluator = try Evaluator(
      data.evaluated(on: recipe.evaluateOn), normalization: normalization, multiple: network.sizeMultiple, ranks: ranks,
      usesLanes: recipe.shards != nil)
    try evaluator.requireMemory(for: architecture)
    let batches = labelled.map { recipe.batches(of: $0, normalization: normalization, seed: seed, share: share) }
    let images =
      batches?.images ?? recipe.batches(of: data.train, normalization: normalization, seed: seed, share: share)
    loop = TrainingLoop(
      recipe, network: network, learner: try learner(images) { try batches?.labels(at: $0) ?? [] },
      batches: batches ?? images, evaluator: evaluator, ranks: ranks)
  }

  /// Whether a run has ended since its gradient stopped being finite.
  public var hasDiverged: Bool { loop.hasDiverged }

  /// The state between two steps. Copies nothing until the next step writes.
  public var state: TrainingState { loop.state }

  /// Takes over a state, so that `run` goes on after its last step: `TrainingLoop.restore`.
  public func restore(_ state: TrainingState, from subject: String, orFinished: Bool = false) throws {
    try loop.restore(state, from: subject, orFinished: orFinished)
  }

  /// The training loop, from the first step or from the one after `restore`d ones: `TrainingLoop.run`.
  ///
  /// - Returns: the confusion matrix of the last evaluation.
  public func run(observe: (TrainingEvent) throws -> Void) throws -> ConfusionMatrix {
    try loop.run(observe: observe) ?? evaluator.evaluate(network)
  }
}

extension Recipe {
  /// The network for a data set's images and classes.
  public func architecture(for dataset: any ImageDataset) -> Architecture {
    if let network { return Architecture(network, classes: dataset.classes.count) }
    return Architecture(channels: dataset.channels, width: networkWidth, classes: dataset.classes.count)
  }

  /// What the recipe's objective learns from, with the labels at hand.
  public func learner(seed: UInt64, labels: @escaping BatchLabels) -> any Learner {
    switch objective {
    case .crossEntropy: CrossEntropyLearner(labels: labels)
    case .pixelReward: PixelRewardLearner(self, seed: seed, labels: labels)
    case .imageReward: ImageRewardLearner(self, seed: seed, environment: ScoreEnvironment(score, labels: labels))
    }
  }

  /// Training batches as the recipe wants them.
  ///
  /// - Parameter share: the images of each batch to make; nil is all.
  public func batches(
    of dataset: any ImageDataset, normalization: Normalization, seed: UInt64, share: BatchShare? = nil
  ) -> BatchLoader {
    BatchLoader(
      dataset: dataset, batchSize: batchSize, height: imageHeight, width: imageWidth, normalization: normalization,
      augmentation: augmentation == .standard ? .standard : .none, seed: seed, share: share)
  }

  /// The same with labels.
  public func batches(
    of dataset: any LabelledDataset, normalization: Normalization, seed: UInt64, share: BatchShare? = nil
  ) -> LabelledBatchLoader {
    LabelledBatchLoader(
      dataset: dataset, batchSize: batchSize, height: imageHeight, width: imageWidth, normalization: normalization,
      augmentation: augmentation == .standard ? .standard : .none, seed: seed, share: share)
  }
}

extension Recipe.Objective {
  /// What needs labels, for errors.
  fileprivate var supervision: String {
    switch self {
    case .crossEntropy: "cross-entropy"
    case .pixelReward: "pixel-level reward"
    case .imageReward: "the built-in score"
    }
  }
}

extension DatasetSplits {
  /// The images of the split that is measured on.
  public func split(_ name: Recipe.EvaluationSplit) -> any ImageDataset { name == .tuning ? tuning : validation }

  /// The split that is measured on.
  ///
  /// - Throws: `InputError` where its labels aren't read.
  public func evaluated(on split: Recipe.EvaluationSplit) throws -> any LabelledDataset {
    guard split == .tuning else { return validation }
    guard let labelledTuning else {
      throw InputError(
        "setting evaluateOn", found: "\(split.rawValue), which is cut from the training images",
        expected: "a split with labels: those of training aren't read",
        advice: "Write a tuning.txt, or evaluate on validation.")
    }
    return labelledTuning
  }
}
