import Datasets
import Rewards
import Support

/// Gives the rewards of sampled maps: a score against labels, a function, a program, a person. It alone holds the
/// truth, if there is one.
public protocol RewardEnvironment: AnyObject {
  /// Whether it looks at the images' pixels (`Batch.frames`). Asked after `begin`.
  var wantsFrames: Bool { get }

  /// - Throws: `InputError` for a recipe whose rewards it can't give.
  func validate(_ recipe: Recipe) throws

  /// Called once before the first step of a run.
  ///
  /// - Parameters:
  ///   - batches: the images it will be asked about.
  ///   - maps: how many maps of each.
  /// - Throws: `InputError` where it can't be asked.
  func begin(on batches: BatchLoader, maps: Int) throws

  /// - Parameters:
  ///   - sampled: maps of the batch's images; a void pixel is 0 in each of them.
  ///   - regions: patches along the shorter side that have a reward of their own; 1 is the whole image.
  ///   - step: the batch's number.
  /// - Returns: one number for each map of an image, or of each of its patches.
  /// - Throws: `InputError` that names the step, and the image and map where it is about one of them.
  func rewards(of sampled: ActionMaps, regions: Int, batch: Batch, step: Int) throws -> ImageRewards

  /// Called once after a run that has begun, however it ends.
  func end()
}

extension RewardEnvironment {
  /// No.
  public var wantsFrames: Bool { false }
  /// Any recipe will do.
  public func validate(_ recipe: Recipe) throws {}
  /// Nothing to do.
  public func begin(on batches: BatchLoader, maps: Int) throws {}
  /// Nothing to do.
  public func end() {}
}

extension Recipe {
  /// - Throws: `InputError` where this recipe asks for other rewards than those of whole maps.
  func requireRewardsOfWholeMaps() throws {
    guard objective == .imageReward else {
      throw InputError(
        "setting objective", found: objective.rawValue,
        expected: "imageReward, since the rewards come from a program or function that scores whole maps",
        advice: "Train an image-level row, such as fashion32/image, or leave out --reward-command.")
    }
    guard regions == .whole else {
      throw InputError(
        "setting regions", found: "\(regions)", expected: "1: a program or function scores whole maps",
        advice: "Add --set regions=1.")
    }
  }
}
