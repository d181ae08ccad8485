import Datasets
import Rewards

/// The recipe's score of each map, or each patch, against the labels of the training split.
public final class ScoreEnvironment: RewardEnvironment {
  private let score: Score
  private let labels: BatchLabels

  public init(_ score: Score, labels: @escaping BatchLabels) { (self.score, self.labels) = (score, labels) }

  public func rewards(of sampled: ActionMaps, regions: Int, batch: Batch, step: Int) throws -> ImageRewards {
    sampled.rewards(score, labels: try labels(step), regions: regions)
  }
}
