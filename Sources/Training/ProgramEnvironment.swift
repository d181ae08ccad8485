import Datasets
import Foundation
import Ranks
import Rewards
import Support

/// Another program, which holds the truth; this process needs no label of the training split. It runs from `begin` to
/// `end`.
public final class ProgramEnvironment: RewardEnvironment {
  /// Who starts the program, where ranks share the batches.
  public enum Start: String, Sendable, CaseIterable {
    /// Rank 0, for the maps of all.
    case first
    /// Each rank, for its own images: where the program takes its time, or asks something that is on each machine.
    case each
  }

  private let program: RewardProgram
  private let start: Start
  /// Nil where another rank has it.
  private var session: RewardSession?
  private var batches: BatchLoader?
  /// Whole images' sizes by their place in the training split, as far as they were asked for.
  private var sizes: [Int: PixelSize] = [:]

  /// Nothing is started before `begin`.
  public init(_ program: RewardProgram, startedBy start: Start = .first) {
    (self.program, self.start) = (program, start)
  }

  /// Where the program has said so.
  public private(set) var wantsFrames = false

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
    let asksForAll = start == .first
    let hello = RewardHello(
      classes: batches.dataset.classes, width: batches.width, height: batches.height,
      channels: batches.dataset.channels, maps: maps,
      batch: asksForAll ? batches.batchSize : batches.share.places.count)
    if asksForAll {
      wantsFrames = try batches.share.ranks.first {
        let session = try RewardSession(program, hello: hello)
        self.session = session
        return session.wantsPixels
      }
    } else {
      let session = try RewardSession(program, hello: hello)
      (self.session, wantsFrames) = (session, session.wantsPixels)
    }
    self.batches = batches
  }

  /// As the protocol says.
  public func rewards(of sampled: ActionMaps, regions: Int, batch: Batch, step: Int) throws -> ImageRewards {
    let own = sampled.items(try subjects(of: batch, step: step))
    let ranks = batch.share.ranks
    guard start == .first, ranks.count > 1 else { return try session(asked: own, step) }
    let encoded = ranks.gatherEach(Array(try JSONEncoder().encode(own)))
    let values = try ranks.first { () throws -> [Double] in
      let all = try encoded.flatMap { try JSONDecoder().decode([RewardQuestion.Item].self, from: Data($0)) }
      return try session(asked: all, step).values
    }
    let first = batch.share.places.lowerBound * sampled.maps
    return ImageRewards(
      images: own.count, maps: sampled.maps, values: Array(values[first..<first + own.count * sampled.maps]))
  }

  private func session(asked items: [RewardQuestion.Item], _ step: Int) throws -> ImageRewards {
    guard let session else { preconditionFailure("a program is asked between begin and end") }
    return try session.rewards(of: items, step: step)
  }

  private func subjects(of batch: Batch, step: Int) throws -> [RewardSession.Subject] {
    guard let batches else { preconditionFailure("a program is asked between begin and end") }
    return try batches.indices(at: step).enumerated().map { n, index in
      let size = try sizes[index] ?? batches.dataset.size(at: index)
      sizes[index] = size
      return RewardSession.Subject(
        name: batches.dataset.identifier(at: index), index: index, size: (size.width, size.height),
        origin: batches.frameOrigin(in: size), frame: batch.frame(at: n))
    }
  }

  /// Lets the program end.
  public func end() {
    session?.end()
    session = nil
  }
}
