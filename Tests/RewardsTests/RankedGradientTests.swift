import Images
import Randomness
import Ranks
import Tensors
import TestSupport
import Testing

@testable import Rewards

/// Statistics of rewards and advantages are of the whole batch, whoever has which of its images.
@Suite struct RankedGradientTests {
  private static let (images, size, classes, maps) = (4, 6, 3, 8)

  private static var logits: Tensor {
    var random = RandomStream(seed: 3, purpose: .scenes)
    return Tensor(
      (0..<images * size * size * classes).map { _ in 2 * random.uniform() }, shape: [images, size, size, classes])
  }

  /// One image all void, another in part.
  private static let labels: [UInt8] = {
    var random = RandomStream(seed: 4, purpose: .scenes)
    return (0..<images * size * size).map { place in
      place / (size * size) == 2 || place % 7 == 0 ? 255 : UInt8(random.integer(below: classes))
    }
  }()

  private struct Found: Equatable, Sendable {
    var gradient: [Float]
    var reward: Double?
    var queries: Int
  }

  /// - Parameter knowsOthers: false takes each rank's statistics for the batch's: what SyncAN is there to prevent.
  private static func found(
    ranks count: Int, knowsOthers: Bool = true,
    _ gradient: @escaping @Sendable (ActionMaps, [UInt8], any Communicator) -> StepOutcome
  ) -> Found {
    let parts = LocalRanks.run(count) { ranks -> Found in
      let own = ranks.share(of: images)
      let pixels = own.lowerBound * size * size..<own.upperBound * size * size
      let ownLabels = Array(labels[pixels])
      let sampled = ActionMaps(
        sampling: maps, from: logits.images(own), void: VoidMask(of: ownLabels), seed: 5, step: 2,
        firstImage: own.lowerBound)
      let outcome = gradient(sampled, ownLabels, knowsOthers ? ranks : SingleProcess())
      return Found(gradient: outcome.gradient.scalars, reward: outcome.reward, queries: outcome.queries)
    }
    return Found(gradient: parts.flatMap(\.gradient), reward: parts[0].reward, queries: parts[0].queries)
  }

  @Test(arguments: [ImageAdvantage.naive, .psd, .regression], [SyncAN.Scope.batch, .image, .off])
  func imageLevelRewardsAreThoseOfOneProcess(advantage: ImageAdvantage, scope: SyncAN.Scope) {
    func found(ranks: Int) -> Found {
      Self.found(ranks: ranks) { sampled, labels, ranks in
        imagePolicyGradient(
          sampled, rewards: sampled.rewards(.meanIoU, labels: labels),
          estimator: ImageEstimator(advantage, syncAN: scope, entropyBonus: 0.1), ranks: ranks)
      }
    }
    let alone = found(ranks: 1)
    #expect(alone.gradient.contains { $0 != 0 } && alone.reward != nil)
    for ranks in 2...4 { #expect(found(ranks: ranks) == alone) }
  }

  @Test(arguments: [SyncAN.Scope.batch, .image])
  func pixelLevelRewardsAreThoseOfOneProcess(scope: SyncAN.Scope) {
    func found(ranks: Int) -> Found {
      Self.found(ranks: ranks) { sampled, labels, ranks in
        pixelPolicyGradient(sampled, labels: labels, estimator: .init(syncAN: scope), ranks: ranks)
      }
    }
    for ranks in 2...4 { #expect(found(ranks: ranks) == found(ranks: 1)) }
  }

  @Test(arguments: [ImageAdvantage.naive, .psd])
  func statisticsOfEachRankAreOthers(advantage: ImageAdvantage) {
    func found(ranks: Int, knowsOthers: Bool) -> Found {
      Self.found(ranks: ranks, knowsOthers: knowsOthers) { sampled, labels, ranks in
        imagePolicyGradient(
          sampled, rewards: sampled.rewards(.meanIoU, labels: labels), estimator: ImageEstimator(advantage),
          ranks: ranks)
      }
    }
    #expect(found(ranks: 2, knowsOthers: false) != found(ranks: 1, knowsOthers: true))
  }
}
