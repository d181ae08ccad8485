import CKernels
import Images
import Randomness
import Tensors

/// Action maps sampled from a policy, and the policy they were sampled from.
///
/// M maps per image come from one forward pass: `actions[n][u][m]` is the class that map m of image n chose at unit u.
/// A unit is a pixel, or a cell of a `ScaleGrid`. Void units (void pixels, or cells of nothing else) hold action 0 and
/// are never counted. Which pixels are void is all that a learner is told beside the logits: what their classes are,
/// only the environment that gives the rewards knows.
public struct ActionMaps {
  /// N.
  public let images: Int
  /// Of one image.
  public let units: Int
  /// K, that an action chooses from.
  public let classes: Int
  /// M, of each image.
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
  /// N U bytes: 255 where a unit is void, else 0.
  package let void: [UInt8]
  /// Where a unit is a cell.
  package let cells: Cells?

  package struct Cells {
    package let grid: ScaleGrid
    /// `[N, U]`: pixels of a cell that aren't void.
    package let counts: [Int32]
    /// Of the N H W pixels.
    package let voidPixels: VoidMask
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
  ///   - void: which of the N H W pixels are void.
  ///   - grid: nil is one action a pixel.
  /// - Complexity: O(N H W (K + M K)), about 1.5 ns per action and core on AVX-512 at K = 11.
  public init(
    sampling maps: Int, from logits: Tensor, void voidPixels: VoidMask, grid: ScaleGrid? = nil, exploration: Float = 0,
    seed: UInt64, step: Int, firstImage: Int = 0
  ) {
    precondition((1...Self.mostMaps).contains(maps), "1 to \(Self.mostMaps) maps, not \(maps)")
    precondition((0...1).contains(exploration), "exploration \(exploration) is no probability")
    let classes = checkedClasses(logits, pixels: voidPixels.count)
    var (policy, void, cells) = (logits, voidPixels.bytes, nil as Cells?)
    if let grid {
      let pooled = grid.pool(logits, void: voidPixels)
      policy = pooled.logits
      void = pooled.counts.map { $0 == 0 ? LabelMap.void : 0 }
      cells = Cells(grid: grid, counts: pooled.counts, voidPixels: voidPixels)
    }
    let (images, height, width, _) = policy.nhwc
    let units = height * width
    var probabilities = Tensor(uninitialized: policy.shape)
    let actions = PooledBytes(count: images * units * maps) { target in
      withPointers(writing: &probabilities, reading: policy, void) { probabilities, logits, void in
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
    (self.images, self.units, self.classes, self.maps) = (images, units, classes, maps)
    (self.height, self.width, self.exploration) = (height, width, exploration)
    (self.actions, self.probabilities, self.void, self.cells) = (actions, probabilities, void, cells)
  }

  /// Pixels of one image.
  public var pixels: Int { cells.map { $0.grid.height * $0.grid.width } ?? units }

  /// One map as a label map's bytes, at full resolution, for an environment that wants the picture. A void pixel is 0,
  /// whatever its cell chose.
  public func map(_ m: Int, ofImage n: Int) -> [UInt8] {
    precondition((0..<maps).contains(m) && (0..<images).contains(n), "map \(m) of image \(n) is out of range")
    let chosen = actions.withBytes { actions in (0..<units).map { actions[(n * units + $0) * maps + m] } }
    guard let cells else { return chosen }
    let (grid, first) = (cells.grid, n * pixels)
    return (0..<grid.height).flatMap { y in
      (0..<grid.width).map { x in
        cells.voidPixels.isVoid(first + y * grid.width + x) ? 0 : chosen[(y / grid.side) * grid.columns + x / grid.side]
      }
    }
  }

  /// dL/dlogits of the pixels from that of the units.
  func perPixel(_ gradient: Tensor) -> Tensor {
    cells.map { $0.grid.spread(gradient, counts: $0.counts, void: $0.voidPixels) } ?? gradient
  }
}
