import CKernels
import Randomness
import Tensors

/// Action maps sampled from a policy, and the policy they were sampled from.
///
/// M maps per image come from one forward pass: `actions[n][u][m]` is the class that map m of image n chose at unit u.
/// A unit is a pixel. Void units (label 255) hold action 0 and are never counted.
public struct ActionMaps {
  public let images: Int
  public let units: Int
  public let classes: Int
  public let maps: Int
  /// `[N, U, M]`, one byte each: nothing is ever stored per class and map.
  package let actions: PooledBytes
  /// softmax(z), `[N, H, W, K]`; zero at void units.
  public let probabilities: Tensor

  /// The most maps per image.
  public static let mostMaps = Int(RSS_MOST_MAPS)

  /// Samples `maps` actions for each unit from softmax(logits), by inverse CDF with one uniform each.
  ///
  /// The uniform of (image n, unit u, map m) is a function of (seed, step, `firstImage` + n, u, m) alone: neither the
  /// number of threads nor how the batch is cut over replicas changes an action.
  ///
  /// - Parameters:
  ///   - logits: `[N, H, W, K]`.
  ///   - labels: N H W bytes; only their void (255) is looked at.
  /// - Complexity: O(N H W (K + M K)), about 1.5 ns per action and core on AVX-512 at K = 11.
  public init(sampling maps: Int, from logits: Tensor, labels: [UInt8], seed: UInt64, step: Int, firstImage: Int = 0) {
    precondition((1...Self.mostMaps).contains(maps), "1 to \(Self.mostMaps) maps, not \(maps)")
    let classes = checkedClasses(logits, labels)
    let (images, height, width, _) = logits.nhwc
    let units = height * width
    var probabilities = Tensor(uninitialized: logits.shape)
    let actions = PooledBytes(count: images * units * maps) { target in
      labels.withUnsafeBufferPointer { labels in
        guard let label = labels.baseAddress else { return }
        logits.withScalars { logits in
          probabilities.withMutableScalars { probabilities in
            parallelRanges(images) { range in
              for n in range {
                let key = rss_random_key(
                  key0: UInt32(truncatingIfNeeded: seed), key1: UInt32(truncatingIfNeeded: seed >> 32),
                  image: UInt32(truncatingIfNeeded: firstImage + n), step: UInt32(truncatingIfNeeded: step),
                  purpose: RandomPurpose.actions.rawValue)
                rss_sample_actions(
                  target + n * units * maps, probabilities + n * units * classes, logits + n * units * classes,
                  label + n * units, units, Int32(classes), Int32(maps), key)
              }
            }
          }
        }
      }
    }
    (self.images, self.units, self.classes, self.maps) = (images, units, classes, maps)
    (self.actions, self.probabilities) = (actions, probabilities)
  }

  /// One map as a label map's bytes, for a score that wants the picture.
  public func map(_ m: Int, ofImage n: Int) -> [UInt8] {
    precondition((0..<maps).contains(m) && (0..<images).contains(n), "map \(m) of image \(n) is out of range")
    return actions.withBytes { actions in (0..<units).map { actions[(n * units + $0) * maps + m] } }
  }
}
