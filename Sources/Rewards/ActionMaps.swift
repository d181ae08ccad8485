import CKernels
import Randomness
import Tensors

/// Action maps sampled from a policy, and the policy they were sampled from.
///
/// M maps per image come from one forward pass: `actions[n][u][m]` is the class that map m of image n chose at unit u.
/// A unit is a pixel, or a cell of a `ScaleGrid`. Void units (label 255, or a cell without any label) hold action 0 and
/// are never counted.
public struct ActionMaps {
  public let images: Int
  /// Of one image.
  public let units: Int
  public let classes: Int
  public let maps: Int
  /// Probability of a uniform action in place of the policy's: actions come from
  /// (1 - exploration) softmax(z) + exploration / K.
  public let exploration: Float
  /// Of one image, in units.
  package let height: Int
  package let width: Int
  /// `[N, U, M]`, one byte each: nothing is ever stored per class and map.
  package let actions: PooledBytes
  /// softmax(z), `[N, height, width, K]`; zero at void units.
  public let probabilities: Tensor
  /// N U bytes: 255 where a unit is void, else 0. All that the learner is told about the labels.
  package let void: [UInt8]
  /// Where a unit is a cell.
  package let cells: Cells?

  package struct Cells {
    package let grid: ScaleGrid
    /// As `ScaleGrid.Pooled`: for the score, and for the number of labelled pixels of a cell.
    package let histogram: [Int32]
    /// N H W bytes: 255 where a pixel is void, else 0.
    package let voidPixels: [UInt8]
  }

  /// The most maps per image.
  public static let mostMaps = Int(RSS_MOST_MAPS)

  /// Samples `maps` actions for each unit, by inverse CDF with one uniform each.
  ///
  /// The uniform of (image n, unit u, map m) is a function of (seed, step, `firstImage` + n, u, m) alone: neither the
  /// number of threads nor how the batch is cut over replicas changes an action.
  ///
  /// - Parameters:
  ///   - logits: `[N, H, W, K]`.
  ///   - labels: N H W bytes. The maps know which of them are void, and a grid's cells count them for the score.
  ///   - grid: nil is one action a pixel.
  /// - Complexity: O(N H W (K + M K)), about 1.5 ns per action and core on AVX-512 at K = 11.
  public init(
    sampling maps: Int, from logits: Tensor, labels: [UInt8], grid: ScaleGrid? = nil, exploration: Float = 0,
    seed: UInt64, step: Int, firstImage: Int = 0
  ) {
    precondition((1...Self.mostMaps).contains(maps), "1 to \(Self.mostMaps) maps, not \(maps)")
    precondition((0...1).contains(exploration), "exploration \(exploration) is no probability")
    let classes = checkedClasses(logits, labels)
    let voidPixels = labels.map { $0 == 255 ? 255 : 0 as UInt8 }
    var (policy, void, cells) = (logits, voidPixels, nil as Cells?)
    if let grid {
      let pooled = grid.pool(logits, labels: labels)
      policy = pooled.logits
      void = stride(from: classes, to: pooled.histogram.count, by: classes + 1).map {
        pooled.histogram[$0] == 0 ? 255 : 0
      }
      cells = Cells(grid: grid, histogram: pooled.histogram, voidPixels: voidPixels)
    }
    let (images, height, width, _) = policy.nhwc
    let units = height * width
    var probabilities = Tensor(uninitialized: policy.shape)
    let actions = PooledBytes(count: images * units * maps) { target in
      void.withUnsafeBufferPointer { void in
        guard let void = void.baseAddress else { return }
        policy.withScalars { logits in
          probabilities.withMutableScalars { probabilities in
            parallelRanges(images) { range in
              for n in range {
                let key = rss_random_key(
                  key0: UInt32(truncatingIfNeeded: seed), key1: UInt32(truncatingIfNeeded: seed >> 32),
                  image: UInt32(truncatingIfNeeded: firstImage + n), step: UInt32(truncatingIfNeeded: step),
                  purpose: RandomPurpose.actions.rawValue)
                rss_sample_actions(
                  target + n * units * maps, probabilities + n * units * classes, logits + n * units * classes,
                  void + n * units, units, Int32(classes), Int32(maps), exploration, key)
              }
            }
          }
        }
      }
    }
    (self.images, self.units, self.classes, self.maps) = (images, units, classes, maps)
    (self.height, self.width, self.exploration) = (height, width, exploration)
    (self.actions, self.probabilities, self.void, self.cells) = (actions, probabilities, void, cells)
  }

  /// Pixels of one image.
  public var pixels: Int { cells.map { $0.grid.height * $0.grid.width } ?? units }

  /// One map as a label map's bytes, at full resolution, for a score that wants the picture.
  public func map(_ m: Int, ofImage n: Int) -> [UInt8] {
    precondition((0..<maps).contains(m) && (0..<images).contains(n), "map \(m) of image \(n) is out of range")
    let chosen = actions.withBytes { actions in (0..<units).map { actions[(n * units + $0) * maps + m] } }
    guard let grid = cells?.grid else { return chosen }
    return (0..<grid.height).flatMap { y in
      (0..<grid.width).map { x in chosen[(y / grid.side) * grid.columns + x / grid.side] }
    }
  }

  /// dL/dlogits of the pixels from that of the units.
  func perPixel(_ gradient: Tensor) -> Tensor {
    cells.map { $0.grid.spread(gradient, histogram: $0.histogram, labels: $0.voidPixels) } ?? gradient
  }
}
