import Networks
import Rewards

/// Everything that a training run follows from, apart from the data and the seed: one flat value, as `run.json` keeps
/// it and as `--set key=value` changes it.
public struct Recipe: Codable, Sendable, Equatable {
  /// What a network can learn from.
  public enum Objective: String, Codable, Sendable, CaseIterable { case crossEntropy, pixelReward, imageReward }
  /// How gradients change weights.
  public enum OptimizerKind: String, Codable, Sendable, CaseIterable { case adamW, sgd }
  /// How training images are changed at random: `Augmentation`.
  public enum AugmentationKind: String, Codable, Sendable, CaseIterable { case none, standard }
  /// What a run can be measured on.
  public enum EvaluationSplit: String, Codable, Sendable, CaseIterable { case tuning, validation }

  /// What the network learns from.
  public var objective: Objective
  /// Action maps sampled per image and step; each one is a reward query of an image-level run. Unused by cross-entropy.
  public var maps: Int
  /// The image-level reward.
  public var score: Score
  /// How an image-level reward becomes an advantage.
  public var advantage: ImageAdvantage
  /// What SyncAN's statistics are over. Unused by pixel-level reward with propensity weights, and by cross-entropy.
  public var syncAN: SyncAN.Scope
  /// What PSD divides the reward difference of a pair by.
  public var pairDivision: PairDivision
  /// PSR: cells along the shorter side that have one action each; `full` is one action a pixel.
  public var scales: GridSchedule
  /// Patches along the shorter side that have an image-level reward of their own; 1 is one for the whole image.
  public var regions: GridSchedule
  /// The c of pixel-level reward's advantage r / max(pi(a), c) - 1; 0 is SyncAN instead.
  public var propensityFloor: Float
  /// Probability of a uniform action in place of the policy's.
  public var exploration: Float
  /// Weight of the policy's entropy in a reward's objective.
  public var entropyBonus: Float

  /// Which network; nil is the small U-Net of `networkWidth`.
  public var network: EncoderDecoder?
  /// Channels of the small U-Net's first layer; of no effect on other networks.
  public var networkWidth: Int
  /// What the training starts from, and what of the network it changes; nil starts anew and changes all.
  public var fineTuning: FineTuning?
  /// Updates of the network.
  public var steps: Int
  /// Images of a step.
  public var batchSize: Int
  /// How a step's images are cut into parts that are computed apart; nil is not at all.
  public var shards: Shards?
  /// Pixels of a training image, cropped or padded to this.
  public var imageHeight: Int
  /// The same of its columns.
  public var imageWidth: Int
  /// How training images are changed at random.
  public var augmentation: AugmentationKind

  /// How gradients change weights.
  public var optimizer: OptimizerKind
  /// The highest learning rate of the schedule.
  public var learningRate: Float
  /// How the learning rate changes over the steps.
  public var schedule: Schedule
  /// Fraction of the steps over which a one-cycle schedule rises.
  public var warmup: Float
  /// Of AdamW and SGD, decoupled in AdamW; normalisation and biases have none.
  public var weightDecay: Float
  /// Of SGD.
  public var momentum: Float
  /// Largest global norm of the gradient; longer ones are shortened to it. 0 is no limit.
  public var clip: Float

  /// Evaluations during the run, evenly spread; the last one is the result.
  public var evaluations: Int
  /// Hyper-parameters are chosen on `tuning`, which is cut from the training data; results are on `validation`.
  public var evaluateOn: EvaluationSplit

  /// The defaults: batch 16, AdamW 5e-3 with decay 1e-4, one-cycle with 10% warm-up, clip 1.0. A row says where it
  /// differs.
  public init(objective: Objective, maps: Int = 1, networkWidth: Int, steps: Int, imageHeight: Int, imageWidth: Int) {
    self.objective = objective
    self.maps = maps
    score = .meanIoU
    advantage = .psd
    syncAN = .batch
    pairDivision = .none
    scales = .full
    regions = .whole
    propensityFloor = 0
    exploration = 0
    entropyBonus = 0
    self.networkWidth = networkWidth
    self.steps = steps
    batchSize = 16
    self.imageHeight = imageHeight
    self.imageWidth = imageWidth
    augmentation = .none
    optimizer = .adamW
    learningRate = 5e-3
    schedule = .oneCycle
    warmup = 0.1
    weightDecay = 1e-4
    momentum = 0.9
    clip = 1
    evaluations = 10
    evaluateOn = .validation
  }
}
