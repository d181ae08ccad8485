import Datasets
import Rewards
import Support

/// Another program, which holds the truth; this process needs no label of the training split. It runs from `begin` to
/// `end`.
public final class ProgramEnvironment: RewardEnvironment {
  private let program: RewardProgram
  private var session: RewardSession?
  private var batches: BatchLoader?
  /// Whole images' sizes by their place in the training split, as far as they were asked for.
  private var sizes: [Int: PixelSize] = [:]

  /// Nothing is started before `begin`.
  public init(_ program: RewardProgram) { self.program = program }

  /// Where the program has said so.
  public var wantsFrames: Bool { session?.wantsPixels ?? false }

  /// As the protocol says.
  public func validate(_ recipe: Recipe) throws {
    try recipe.requireRewardsOfWholeMaps()
    guard recipe.score == .meanIoU else {
      throw InputError(
        "setting score", found: recipe.score.rawValue, expected: "none: the program is the score",
        advice: "Leave --set score=… out, and tell the program.")
    }
    guard recipe.augmentation == .none else {
      throw InputError(
        "setting augmentation", found: recipe.augmentation.rawValue,
        expected: "none: a reward program isn't told how an image was changed",
        advice: "Add --set augmentation=none.")
    }
  }

  /// - Throws: `InputError` as `RewardSession`.
  public func begin(on batches: BatchLoader, maps: Int) throws {
    let hello = RewardHello(
      classes: batches.dataset.classes, width: batches.width, height: batches.height,
      channels: batches.dataset.channels, maps: maps, batch: batches.batchSize)
    session = try RewardSession(program, hello: hello)
    self.batches = batches
  }

  /// As the protocol says.
  public func rewards(of sampled: ActionMaps, regions: Int, batch: Batch, step: Int) throws -> ImageRewards {
    guard let session, let batches else { preconditionFailure("a program is asked between begin and end") }
    let subjects = try batches.indices(at: step).enumerated().map { n, index in
      let size = try sizes[index] ?? batches.dataset.size(at: index)
      sizes[index] = size
      return RewardSession.Subject(
        name: batches.dataset.identifier(at: index), index: index, size: (size.width, size.height),
        origin: batches.frameOrigin(in: size), frame: batch.frame(at: n))
    }
    return try session.rewards(of: sampled, subjects: subjects, step: step)
  }

  /// Lets the program end.
  public func end() {
    session?.end()
    session = nil
  }
}
