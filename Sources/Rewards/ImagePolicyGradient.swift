import CKernels
import Tensors

/// How an image-level reward becomes an advantage.
public enum ImageAdvantage: String, Codable, Sendable, CaseIterable {
  /// Every unit of a map gets the map's reward, normalised by SyncAN over all rewards of the batch.
  case naive
  /// PSD, pair-wise spatial difference: two maps of one image are compared only where they differ.
  case psd
}

/// Image-level RSS: the gradient of the policy where a whole map has one reward.
///
/// Naive:
///
///     A_m = SyncAN(R_m),   dL/dz_u,k = -1/(M V) sum_m A_m (1[a_m,u = k] - pi_u,k)
///
/// PSD over all pairs of maps of an image, with dR = R_m - R_n and D_u = 1 where a_m,u differs from a_n,u:
///
///     A_m,u = mean over n != m of dR D_u,  divided by the standard deviation of the dR over all pairs and units of the
///     batch with D_u = 1 (their mean is zero by symmetry)
///
/// Where two maps agree, +dR and -dR cancel in the gradient, so the sum over pairs with the mask D equals each map
/// against the mean of the others: A_m = R_m - mean of R_n over n != m at every unit. That is O(M) per unit instead of
/// O(M^2), and so is the deviation, from per-class counts and sums at each unit. `allPairsGradient` in the tests is the
/// pairwise oracle. Our reading: paper/departures.md, 2 to 4.
///
/// V is the number of units with a label in the whole batch.
///
/// - Parameter labels: N H W bytes; only their void is looked at.
/// - Returns: the mean reward and dL/dlogits `[N, H, W, K]`; a batch whose rewards are all equal gives zero.
/// - Complexity: O(N H W (K + M)), about 1 ns per action and core.
public func imagePolicyGradient(
  _ sampled: ActionMaps, rewards: ImageRewards, advantage: ImageAdvantage, labels: [UInt8]
) -> PolicyGradient {
  precondition(labels.count == sampled.images * sampled.units, "one label per unit")
  precondition(rewards.images == sampled.images && rewards.maps == sampled.maps, "one reward per map")
  precondition(advantage == .naive || sampled.maps >= 2, "a pair needs two maps")
  let (images, units, classes, maps) = (sampled.images, sampled.units, sampled.classes, sampled.maps)
  // An image without any label has no reward: the 0 in its place is in no statistic.
  let counted = (0..<images).filter { n in labels[n * units..<(n + 1) * units].contains { $0 != 255 } }
  let weights = mapWeights(rewards, advantage, of: counted)
  var gradient = Tensor(uninitialized: sampled.probabilities.shape)
  var moments = [rss_pair_moments](repeating: rss_pair_moments(squares: 0, pairs: 0), count: images)
  labels.withUnsafeBufferPointer { labels in
    sampled.actions.withBytes { action in
      weights.withUnsafeBufferPointer { weights in
        moments.withUnsafeMutableBufferPointer { moments in
          gradient.withMutableScalars { target in
            sampled.probabilities.withScalars { probabilities in
              guard let label = labels.baseAddress, let weight = weights.baseAddress, let moment = moments.baseAddress
              else { return }
              parallelRanges(images) { range in
                for n in range {
                  moment[n] = rss_scatter_weights(
                    target + n * units * classes, probabilities + n * units * classes, action + n * units * maps,
                    label + n * units, weight + n * maps, units, Int32(classes), Int32(maps))
                }
              }
            }
          }
        }
      }
    }
  }
  let valid = labels.count { $0 != 255 }
  let scale = valid > 0 ? normaliser(advantage, moments, maps: maps) / (Double(maps) * Double(valid)) : 0
  gradient.withMutableScalars { target in
    parallelRanges(images * units * classes, minimumPerThread: 65_536) {
      rss_scale(target + $0.lowerBound, Float(scale), $0.count)
    }
  }
  let reward = valid > 0 ? meanReward(counted.flatMap { rewards[$0] }) : nil
  return PolicyGradient(meanReward: reward, queries: images * maps, gradient: gradient)
}

/// The weight of each map, up to the batch's common factor: its reward normalised by the statistics of `images`, or for
/// PSD its reward against its image's mean, which is (M - 1) / M of its reward against the mean of the others.
private func mapWeights(_ rewards: ImageRewards, _ advantage: ImageAdvantage, of images: [Int]) -> [Float] {
  switch advantage {
  case .naive:
    let normalised = SyncAN(images.flatMap { rewards[$0] })
    return rewards.values.map { Float(normalised($0)) }
  case .psd:
    return (0..<rewards.images).flatMap { n in
      let mean = meanReward(rewards[n])
      return rewards[n].map { Float($0 - mean) }
    }
  }
}

/// The batch's common factor: for PSD, M / (M - 1) over the deviation of the masked pair differences.
private func normaliser(_ advantage: ImageAdvantage, _ moments: [rss_pair_moments], maps: Int) -> Double {
  guard advantage == .psd else { return 1 }
  let squares = moments.reduce(0) { $0 + $1.squares }
  let pairs = moments.reduce(0) { $0 + $1.pairs }
  guard pairs > 0, squares > 0 else { return 0 }
  return Double(maps) / Double(maps - 1) / ((squares / pairs).squareRoot() + SyncAN.epsilon)
}
