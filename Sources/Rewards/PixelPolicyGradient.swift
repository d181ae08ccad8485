import CKernels
import Ranks
import Tensors

/// How pixel-level rewards become a gradient.
public struct PixelEstimator: Sendable, Equatable {
  /// What the statistics are over.
  public var syncAN: SyncAN.Scope
  /// c of the propensity weights, which take SyncAN's place; 0 is none.
  public var propensityFloor: Float
  /// Weight of the policy's entropy in the objective.
  public var entropyBonus: Float

  /// The paper's method where nothing else is said.
  public init(syncAN: SyncAN.Scope = .batch, propensityFloor: Float = 0, entropyBonus: Float = 0) {
    (self.syncAN, self.propensityFloor, self.entropyBonus) = (syncAN, propensityFloor, entropyBonus)
  }
}

/// Pixel-level RSS: the gradient of the policy where every pixel has a reward of its own.
///
///     r_p = 1 if a_p = y_p else 0,   A_p = SyncAN(r_p),   L = -mean over valid p, m of A_p,m log pi(a_p,m)
///     dL/dz_p,k = -1/(M V) sum_m A_p,m (1[a_p,m = k] - pi_p,k)
///
/// SyncAN's statistics are over all valid pixels (and maps) of the batch. Our reading: paper/departures.md, 1 and 3.
///
/// With propensity weights, A_p = r_p / max(pi(a_p), c) - 1. A class that is rarely sampled is then worth the more when
/// it is right: where pi(y) >= c, the mean over the draws is the gradient of cross-entropy, pi_k - 1[k = y]. Ours, not
/// the paper's.
///
/// - Parameters:
///   - labels: N H W class ids, 255 = void, which has no reward and no gradient. Units must be pixels.
///   - ranks: have the batch's other images; the statistics are of all.
/// - Returns: the mean reward (nil where all is void) and dL/dlogits `[N, H, W, K]`.
public func pixelPolicyGradient(
  _ sampled: ActionMaps, labels: [UInt8], estimator: PixelEstimator = .init(), ranks: any Communicator = .alone
) -> StepOutcome {
  precondition(labels.count == sampled.images * sampled.units, "one label per unit")
  let (images, units, classes, maps) = (sampled.images, sampled.units, sampled.classes, sampled.maps)
  let valid = (0..<images).map { n in labels[n * units..<(n + 1) * units].count { $0 != 255 } }
  var gradient = Tensor(uninitialized: sampled.probabilities.shape)
  var correct = [Int](repeating: 0, count: images)
  withPointers(writing: &correct, reading: sampled.actions, labels) { counts, action, label in
    parallelRanges(images) { range in
      for n in range {
        counts[n] = rss_count_correct(action + n * units * maps, label + n * units, units, Int32(maps))
      }
    }
  }
  let totals = ranks.sum([correct.reduce(0, +), valid.reduce(0, +) * maps])
  let (right, queries) = (totals[0], totals[1])
  let advantages = estimator.advantages(right: correct, of: valid.map { $0 * maps }, inBatch: (right, queries))
  let scale = queries > 0 ? 1 / Float(queries) : 0
  withPointers(writing: &gradient, reading: sampled.probabilities, sampled.actions, labels) {
    target, probabilities, action, label in
    parallelRanges(images) { range in
      for n in range {
        rss_scatter_correctness(
          target + n * units * classes, probabilities + n * units * classes, action + n * units * maps,
          label + n * units, units, Int32(classes), Int32(maps), advantages[n], sampled.exploration, scale)
      }
    }
  }
  let reward = queries > 0 ? Double(right) / Double(queries) : nil
  return StepOutcome(reward: reward, queries: queries, gradient: gradient)
    .addingEntropyBonus(estimator.entropyBonus, of: sampled, ranks: ranks)
}

extension PixelEstimator {
  /// The advantage of a right and of a wrong action in each image.
  ///
  /// - Parameter batch: how many of how many are right in the whole batch.
  fileprivate func advantages(
    right: [Int], of counts: [Int], inBatch batch: (right: Int, of: Int)
  ) -> [rss_correctness] {
    if propensityFloor > 0 {
      return right.map { _ in rss_correctness(right: 0, wrong: -1, propensity_floor: propensityFloor) }
    }
    func normalised(_ right: Int, _ count: Int) -> rss_correctness {
      let advantage = SyncAN(ones: right, of: count)
      return rss_correctness(right: Float(advantage(1)), wrong: Float(advantage(0)), propensity_floor: 0)
    }
    switch syncAN {
    case .off: return right.map { _ in rss_correctness(right: 1, wrong: 0, propensity_floor: 0) }
    case .image: return zip(right, counts).map(normalised)
    case .batch:
      let common = normalised(batch.right, batch.of)
      return right.map { _ in common }
    }
  }
}
