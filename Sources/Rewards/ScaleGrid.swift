import CKernels
import Images
import Tensors

/// PSR, progressive scale rewards: one action for each cell of a grid instead of one a pixel.
///
///     zbar_c = mean of z_p over the pixels p of cell c that aren't void,   a_c ~ softmax(zbar_c),   map_p = a_c for p
///     in c dL/dz_p = dL/dzbar_c / (number of these pixels of c)
///
/// The map is enlarged to full resolution before it is scored, so the reward stays a true image-level reward; only the
/// number of actions, H W / side^2, gets smaller. Cells at the right and the lower edge may be smaller. Our reading:
/// paper/departures.md, reading 7.
public struct ScaleGrid: Sendable, Equatable {
  /// Of the images, in pixels.
  public let height: Int
  /// Columns of the images, in pixels.
  public let width: Int
  /// Of a cell, in pixels.
  public let side: Int

  /// Of cells.
  public var rows: Int { (height + side - 1) / side }
  /// Of cells.
  public var columns: Int { (width + side - 1) / side }

  /// - Parameter cells: along the shorter side. Where that is no divisor of it, cells are as small as makes at most so
  ///   many.
  /// - Returns: nil where a cell would be a pixel: full resolution needs no grid.
  public init?(cells: Int, height: Int, width: Int) {
    let shorter = min(height, width)
    guard cells != GridSchedule.pixels, cells < shorter else { return nil }
    (self.height, self.width, side) = (height, width, (shorter + cells - 1) / cells)
  }

  /// A batch seen through the grid.
  struct Pooled {
    /// `[N, rows, columns, K]`.
    var logits: Tensor
    /// `[N, rows * columns]`: how many pixels of a cell aren't void.
    var counts: [Int32]
  }

  func pool(_ logits: Tensor, void: VoidMask) -> Pooled {
    let (images, _, _, classes) = logits.nhwc
    let (pixels, cells) = (height * width, rows * columns)
    var pooled = Tensor(uninitialized: [images, rows, columns, classes])
    var counts = [Int32](repeating: 0, count: images * cells)
    withPointers(writing: &pooled, &counts, reading: logits, void.bytes) { pooled, counts, logits, void in
      parallelRanges(images) { range in
        for n in range {
          rss_pool_cells(
            pooled + n * cells * classes, counts + n * cells, logits + n * pixels * classes, void + n * pixels, height,
            width, side, Int32(classes))
        }
      }
    }
    return Pooled(logits: pooled, counts: counts)
  }

  /// dL/dlogits `[N, H, W, K]` from dL/dzbar `[N, rows, columns, K]`.
  ///
  /// - Parameter counts: as `Pooled`.
  func spread(_ gradient: Tensor, counts: [Int32], void: VoidMask) -> Tensor {
    let (images, _, _, classes) = gradient.nhwc
    let (pixels, cells) = (height * width, rows * columns)
    var result = Tensor(uninitialized: [images, height, width, classes])
    withPointers(writing: &result, reading: gradient, counts, void.bytes) { target, gradient, counts, void in
      parallelRanges(images) { range in
        for n in range {
          rss_spread_cells(
            target + n * pixels * classes, gradient + n * cells * classes, counts + n * cells, void + n * pixels,
            height, width, side, Int32(classes))
        }
      }
    }
    return result
  }

  /// How many pixels of each cell have each label, and in the last place any: `[N, rows * columns, K + 1]`. For whoever
  /// scores maps; a learner has no labels to count.
  func histogram(of labels: [UInt8], classes: Int) -> [Int32] {
    let (pixels, cells) = (height * width, rows * columns)
    let images = labels.count / max(1, pixels)
    var histogram = [Int32](repeating: 0, count: images * cells * (classes + 1))
    withPointers(writing: &histogram, reading: labels) { counts, label in
      parallelRanges(images) { range in
        for n in range {
          rss_histogram_cells(
            counts + n * cells * (classes + 1), label + n * pixels, height, width, side, Int32(classes))
        }
      }
    }
    return histogram
  }
}
