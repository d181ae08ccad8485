import CKernels
import Ranks
import Tensors

/// The advantages of a batch's maps before SyncAN: one number w_m for each map of a region, with which the gradient of
/// log pi is multiplied at each of the region's units.
///
/// SyncAN divides them by a deviation. For PSD that is known only after one pass over all units, since it is of the
/// reward differences where pairs of maps differ; so the gradient is made with w first and multiplied by `factors`
/// afterwards.
struct MapWeights {
  /// w, `[regions of the batch, M]`.
  let values: [Float]
  /// For `.regression`, of each region: `RegionRegression.effects`.
  let effects: [[Float]]?
  private let scope: SyncAN.Scope
  /// M / (M - 1), where w is a difference from the mean over all maps: it makes it one from the mean over the others.
  private let pairFactor: Double
  /// Of each region, the sum and the number of the squared differences that SyncAN's deviation is the root mean of; nil
  /// where the pass over the units finds them.
  private let moments: [rss_pair_moments]?

  /// - Parameter inBatch: the rewards of all images of the batch that have any.
  init(
    _ sampled: ActionMaps, _ rewards: ImageRewards, _ estimator: ImageEstimator, _ regions: RewardRegions,
    inBatch: [Double]
  ) {
    let maps = rewards.maps
    let pairs = maps > 1 ? Double(maps) / Double(maps - 1) : 1
    switch estimator.advantage {
    case .naive:
      self.init(
        values: Self.normalised(rewards, estimator.syncAN, inBatch: inBatch).map { Float($0) }, effects: nil,
        scope: .off,
        pairFactor: 1, moments: nil)
    case .psd where estimator.pairDivision == .none:
      // A reward against its image's mean is (M - 1) / M of itself against the mean of the others.
      self.init(
        values: (0..<rewards.images).flatMap { g in
          let mean = meanReward(rewards[g])
          return rewards[g].map { Float($0 - mean) }
        }, effects: nil, scope: estimator.syncAN, pairFactor: pairs, moments: nil)
    case .psd:
      let divided = DividedPairs(sampled, rewards, regions)
      self.init(
        values: divided.weights, effects: nil, scope: estimator.syncAN, pairFactor: pairs, moments: divided.moments)
    case .regression:
      let regressions = RegionRegression.ofAllRegions(sampled, rewards, regions)
      self.init(
        values: regressions.flatMap { $0.residuals.map { Float($0 / pairs) } },
        effects: regressions.map { $0.effects.map { $0 / Float(pairs) } }, scope: estimator.syncAN, pairFactor: pairs,
        moments: (0..<rewards.images).map { g in
          // The squared differences of all pairs: 2 M sum of (R - mean)^2 over M (M - 1), halved for m < n.
          let mean = meanReward(rewards[g])
          let squares = rewards[g].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } * Double(maps)
          return rss_pair_moments(squares: squares, pairs: Double(maps * (maps - 1) / 2))
        })
    }
  }

  private init(
    values: [Float], effects: [[Float]]?, scope: SyncAN.Scope, pairFactor: Double, moments: [rss_pair_moments]?
  ) {
    (self.values, self.effects, self.scope) = (values, effects, scope)
    (self.pairFactor, self.moments) = (pairFactor, moments)
  }

  /// What each region's gradient is multiplied by: 1 over SyncAN's deviation, or 0 where that is 0.
  ///
  /// - Parameters:
  ///   - found: of each region, the squared differences that the pass over the units has found.
  ///   - counted: the regions with anything that isn't void; the others are in no statistic.
  ///   - ranks: have the batch's other images.
  func factors(_ found: [rss_pair_moments], counted: [Int], ranks: any Communicator) -> [Double] {
    let moments = moments ?? found
    func factor(_ moments: some Sequence<rss_pair_moments>) -> Double {
      let (squares, pairs) = moments.reduce((0, 0)) { ($0.0 + $1.squares, $0.1 + $1.pairs) }
      guard pairs > 0, squares > 0 else { return 0 }
      return pairFactor / ((squares / pairs).squareRoot() + SyncAN.epsilon)
    }
    switch scope {
    case .off: return found.map { _ in pairFactor }
    case .image: return moments.map { factor([$0]) }
    case .batch:
      let common = factor(ranks.gather(counted.map { moments[$0] }))
      return found.map { _ in common }
    }
  }

  private static func normalised(_ rewards: ImageRewards, _ scope: SyncAN.Scope, inBatch: [Double]) -> [Double] {
    switch scope {
    case .off: return rewards.values
    case .batch:
      let normalised = SyncAN(inBatch)
      return rewards.values.map { normalised($0) }
    case .image:
      return (0..<rewards.images).flatMap { g in
        let normalised = SyncAN(rewards[g])
        return rewards[g].map { normalised($0) }
      }
    }
  }
}

/// PSD with each pair's difference divided by the number of units where it differs. It still is one weight a map,
///
///     w_m = 1/M sum over n of (R_m - R_n) / d_mn,   d_mn = number of units where m and n differ,
///
/// because +dR and -dR cancel where two maps agree. A pair that differs nowhere says nothing.
private struct DividedPairs {
  var weights: [Float] = []
  /// Of the divided differences, over pairs and the units where they differ.
  var moments: [rss_pair_moments] = []

  init(_ sampled: ActionMaps, _ rewards: ImageRewards, _ regions: RewardRegions) {
    let maps = rewards.maps
    for n in 0..<sampled.images {
      var differing = [Int32](repeating: 0, count: regions.count * maps * maps)
      withPointers(writing: &differing, reading: sampled.actions, sampled.void) { counts, action, void in
        for segment in regions.segments {
          let first = n * sampled.units + segment.units.lowerBound
          rss_count_differing(
            counts + segment.region * maps * maps, action + first * maps, void + first, segment.units.count,
            Int32(maps))
        }
      }
      for region in 0..<regions.count {
        let values = Array(rewards[n * regions.count + region])
        var moment = rss_pair_moments(squares: 0, pairs: 0)
        for m in 0..<maps {
          var sum = 0.0
          for other in 0..<maps {
            let units = Double(differing[(region * maps + m) * maps + other])
            guard units > 0 else { continue }
            let divided = (values[m] - values[other]) / units
            sum += divided
            guard other < m else { continue }
            moment.squares += divided * divided * units
            moment.pairs += units
          }
          weights.append(Float(sum / Double(maps)))
        }
        moments.append(moment)
      }
    }
  }
}
