/// SyncAN, synchronised advantage normalisation: one mean and one standard deviation over the whole batch.
///
///     A = (R - mean) / (deviation + epsilon)
///
/// Our reading of the paper's name (paper/departures.md, reading 3): population statistics over every reward of the
/// batch, whichever ranks they are on (`imagePolicyGradient` gathers them). A constant group has zero advantage, not NaN.
public struct SyncAN: Sendable, Equatable {
  /// What the statistics are over.
  public enum Scope: String, Codable, Sendable, CaseIterable {
    /// The whole batch: SyncAN itself.
    case batch
    /// Each image by itself, or each region with a reward of its own.
    case image
    /// Rewards are advantages as they are; PSD's are differences still.
    case off
  }

  /// Of the rewards.
  public let mean: Double
  /// Of the rewards from their mean, over their number.
  public let deviation: Double

  /// Keeps a division by a vanishing deviation finite; far below any spread of real rewards (at 32 x 32 pixels, one
  /// pixel changes the accuracy by 1e-3).
  public static let epsilon = 1e-8

  /// Known statistics.
  public init(mean: Double, deviation: Double) { (self.mean, self.deviation) = (mean, deviation) }

  /// Statistics over all of `rewards`.
  public init(_ rewards: some Collection<Double>) {
    let count = Double(max(1, rewards.count))
    let mean = meanReward(rewards)
    self.init(mean: mean, deviation: (rewards.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot())
  }

  /// Statistics over `count` rewards of which `ones` are 1 and the others 0.
  public init(ones: Int, of count: Int) {
    let mean = count > 0 ? Double(ones) / Double(count) : 0
    self.init(mean: mean, deviation: (mean * (1 - mean)).squareRoot())
  }

  /// The advantage of a reward.
  public func callAsFunction(_ reward: Double) -> Double { (reward - mean) / (deviation + Self.epsilon) }
}

/// The mean, summed as differences from the first reward: exact where all are equal. A plain sum rounds (0.1 + 0.1 +
/// 0.1 is not 0.3), and what it leaves over would be divided by a deviation of zero.
func meanReward(_ rewards: some Collection<Double>) -> Double {
  guard let first = rewards.first else { return 0 }
  return first + rewards.reduce(0) { $0 + ($1 - first) } / Double(rewards.count)
}
