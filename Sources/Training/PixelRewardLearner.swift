import Datasets
import Rewards
import Tensors

/// Learns from a reward for each pixel: 1 where the sampled class is right, else 0.
///
/// It is learner and environment in one, since with one bit for each pixel and action there is little to keep apart:
/// the sampling sees no label, what follows asks whether an action is right.
public struct PixelRewardLearner: Learner {
  private let recipe: Recipe
  private let seed: UInt64
  private let labels: BatchLabels

  /// - Parameter labels: of the batch of a step.
  public init(_ recipe: Recipe, seed: UInt64, labels: @escaping BatchLabels) {
    (self.recipe, self.seed, self.labels) = (recipe, seed, labels)
  }

  /// As the protocol says.
  public func outcome(at logits: Tensor, of batch: Batch, step: Int) throws -> StepOutcome {
    let sampled = ActionMaps(
      sampling: recipe.maps, from: logits, void: batch.void, exploration: recipe.exploration, seed: seed, step: step,
      firstImage: batch.share.places.lowerBound)
    let estimator = PixelEstimator(
      syncAN: recipe.syncAN, propensityFloor: recipe.propensityFloor, entropyBonus: recipe.entropyBonus)
    return pixelPolicyGradient(
      sampled, labels: try labels(step), estimator: estimator, ranks: batch.share.ranks)
  }
}
