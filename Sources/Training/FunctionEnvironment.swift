import Datasets
import Images
import Rewards

/// Any function of an image and a proposed mask.
///
/// The image is the batch's (cropped, padded and augmented, values in 0...1), the mask a class id for each of its
/// pixels, 0 where the image is padded. What the truth is, if there is one, only the function knows. It is called for
/// one map at a time, images and maps in order; it must give the same number for the same mask if a run is to be
/// repeated. What it throws ends the run.
public final class FunctionEnvironment: RewardEnvironment {
  /// The reward of one map of an image, whose pixels are in 0...1.
  public typealias Reward = (_ image: Image, _ mask: LabelMap) throws -> Double

  private let reward: Reward
  private var batches: BatchLoader?

  /// Asks the function for each map, one after the other.
  public init(_ reward: @escaping Reward) { self.reward = reward }

  /// As the protocol says.
  public var wantsFrames: Bool { true }

  /// As the protocol says.
  public func validate(_ recipe: Recipe) throws { try recipe.requireRewardsOfWholeMaps() }

  /// As the protocol says.
  public func begin(on batches: BatchLoader, maps: Int) throws { self.batches = batches }

  /// As the protocol says.
  public func rewards(of sampled: ActionMaps, regions: Int, batch: Batch, step: Int) throws -> ImageRewards {
    let images = (0..<batch.count).compactMap(batch.frame)
    let names = batches.map { batches in batches.indices(at: step).map(batches.dataset.identifier) }
    return try sampled.rewards(of: images) { n, m in
      "the reward at step \(step), image \(names?[n] ?? "\(n)"), mask \(m)"
    } by: {
      try reward($0, $1)
    }
  }
}
