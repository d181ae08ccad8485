import Datasets
import Rewards

/// The recipe's score of each map, or each patch, against the labels of the training split.
public final class ScoreEnvironment: RewardEnvironment {
  private let score: Score
  private let labels: BatchLabels

  /// - Parameter labels: of the batch of a step.
  public init(_ score: Score, labels: @escaping BatchLabels) { (self.score, self.labels) = (score, labels) }

  /// As the protocol says.
  public func rewards(of sampled: ActionMaps, regions: Int, batch: Batch, step: Int) throws -> ImageRewards {
    sampled.rewards(score, labels: try labels(step), regions: regions)
  }
}
