import CKernels
import Tensors

/// Pixel-level RSS: the gradient of the policy where every pixel has a reward of its own.
///
///     r_p = 1 if a_p = y_p else 0,   A_p = SyncAN(r_p),   L = -mean over valid p, m of A_p,m log pi(a_p,m)
///     dL/dz_p,k = -1/(M V) sum_m A_p,m (1[a_p,m = k] - pi_p,k)
///
/// SyncAN's statistics are over all valid pixels (and maps) of the batch. Our reading: paper/departures.md, 1 and 3.
///
/// - Parameter labels: N H W class ids, 255 = void, which has no reward and no gradient.
/// - Returns: the mean reward (nil where all is void) and dL/dlogits `[N, H, W, K]`.
public func pixelPolicyGradient(_ sampled: ActionMaps, labels: [UInt8]) -> PolicyGradient {
  precondition(labels.count == sampled.images * sampled.units, "one label per unit")
  let (images, units, classes, maps) = (sampled.images, sampled.units, sampled.classes, sampled.maps)
  let valid = labels.count { $0 != 255 }
  var gradient = Tensor(uninitialized: sampled.probabilities.shape)
  var correct = [Int](repeating: 0, count: images)
  let queries = valid * maps
  labels.withUnsafeBufferPointer { labels in
    sampled.actions.withBytes { action in
      guard let label = labels.baseAddress else { return }
      correct.withUnsafeMutableBufferPointer { correct in
        guard let counts = correct.baseAddress else { return }
        parallelRanges(images) { range in
          for n in range {
            counts[n] = rss_count_correct(action + n * units * maps, label + n * units, units, Int32(maps))
          }
        }
      }
      let advantage = SyncAN(ones: correct.reduce(0, +), of: queries)
      let scale = queries > 0 ? 1 / Float(queries) : 0
      gradient.withMutableScalars { target in
        sampled.probabilities.withScalars { probabilities in
          parallelRanges(images) { range in
            for n in range {
              rss_scatter_correctness(
                target + n * units * classes, probabilities + n * units * classes, action + n * units * maps,
                label + n * units, units, Int32(classes), Int32(maps), Float(advantage(1)), Float(advantage(0)), scale)
            }
          }
        }
      }
    }
  }
  let reward = queries > 0 ? Double(correct.reduce(0, +)) / Double(queries) : nil
  return PolicyGradient(meanReward: reward, queries: queries, gradient: gradient)
}

/// What one step of RSS hands to the tape.
public struct PolicyGradient {
  /// Mean of the rewards; nil where no pixel has a label.
  public let meanReward: Double?
  /// How many rewards were asked for: pixels or whole maps.
  public let queries: Int
  /// dL/dlogits `[N, H, W, K]`.
  public let gradient: Tensor
}
