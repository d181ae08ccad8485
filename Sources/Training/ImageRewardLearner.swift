import Datasets
import Rewards
import Tensors

/// Learns from a reward for each whole map, or each patch of one: samples maps from the policy, asks the environment
/// for their rewards, and estimates the policy gradient. What the truth is, the environment alone knows.
public struct ImageRewardLearner: Learner {
  private let recipe: Recipe
  private let seed: UInt64
  private let environment: any RewardEnvironment
  private let batches: BatchLoader?

  /// - Parameter batches: the images of the steps, which the environment is told about when a run begins; nil where it
  ///   needn't be.
  public init(_ recipe: Recipe, seed: UInt64, environment: any RewardEnvironment, batches: BatchLoader? = nil) {
    (self.recipe, self.seed, self.environment, self.batches) = (recipe, seed, environment, batches)
  }

  /// Where its environment does.
  public var wantsFrames: Bool { environment.wantsFrames }

  /// Begins with its environment.
  public func begin() throws {
    if let batches { try environment.begin(on: batches, maps: recipe.maps) }
  }

  /// As the protocol says.
  public func outcome(at logits: Tensor, of batch: Batch, step: Int) throws -> StepOutcome {
    let (_, height, width, _) = logits.nhwc
    let grid = ScaleGrid(cells: recipe.scales.cells(at: step, of: recipe.steps), height: height, width: width)
    let sampled = ActionMaps(
      sampling: recipe.maps, from: logits, void: batch.void, grid: grid, exploration: recipe.exploration, seed: seed,
      step: step, firstImage: batch.share.places.lowerBound)
    let estimator = ImageEstimator(
      recipe.advantage, syncAN: recipe.syncAN, pairDivision: recipe.pairDivision,
      regions: recipe.regions.cells(at: step, of: recipe.steps), entropyBonus: recipe.entropyBonus)
    let rewards = try environment.rewards(of: sampled, regions: estimator.regions, batch: batch, step: step)
    return imagePolicyGradient(sampled, rewards: rewards, estimator: estimator, ranks: batch.share.ranks)
  }

  /// Ends with its environment.
  public func end() { environment.end() }
}
