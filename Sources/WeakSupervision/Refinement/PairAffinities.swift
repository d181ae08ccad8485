import CKernels
import Foundation

/// How alike the cells of a grid are, for pairs within a radius: W_ij = exp(-|f_i - f_j|_1), from 0 to 1 (Ahn and Kwak,
/// "Learning pixel-level semantic affinity with image-level supervision", CVPR 2018).
package struct PairAffinities: Sendable, Equatable {
  package let height: Int
  package let width: Int
  /// Where the partner of a cell lies. Of the two directions of a pair only one is in the list: down, or straight right.
  package let displacements: [Displacement]
  /// `[displacements][H, W]`; 0 where the partner is outside.
  package let values: [Float]

  package struct Displacement: Sendable, Equatable {
    package let down: Int
    package let right: Int

    /// Every pair of cells less than `radius` apart, each once: 34 for PSA's radius of 5.
    package static func within(radius: Int) -> [Displacement] {
      (0..<max(0, radius)).flatMap { down in
        (-radius...radius).compactMap { right in
          let isOtherDirection = down == 0 && right <= 0
          let isFar = down * down + right * right >= radius * radius
          return isOtherDirection || isFar ? nil : Displacement(down: down, right: right)
        }
      }
    }
  }

  /// Given affinities. `values` must be as many as a number for each displacement and cell, finite and 0 or more; those of
  /// partners outside don't count.
  package init(height: Int, width: Int, displacements: [Displacement], values: [Float]) {
    precondition(height >= 1 && width >= 1, "a grid has a cell")
    precondition(values.count == displacements.count * height * width, "an affinity for each pair")
    precondition(values.allSatisfy { $0 >= 0 && $0.isFinite }, "an affinity is from 0 up")
    (self.height, self.width, self.displacements, self.values) = (height, width, displacements, values)
  }

  /// From features `[H, W, F]`.
  package init(ofFeatures features: [Float], height: Int, width: Int, radius: Int) {
    let cells = height * width
    precondition(cells >= 1 && features.count % cells == 0, "features for each cell")
    let channels = Int32(features.count / cells)
    let displacements = Displacement.within(radius: radius)
    var values: [Float] = []
    var distances = [Float](repeating: 0, count: cells)
    for displacement in displacements {
      rss_l1_distances(
        &distances, features, height, width, channels, Int32(displacement.down), Int32(displacement.right))
      values += distances.map { exp(-$0) }
    }
    self.init(height: height, width: width, displacements: displacements, values: values)
  }

  /// Calls `body` for each pair (i, j) inside the grid: i's partner at displacement d is j.
  func forEachPair(_ body: (_ d: Int, _ i: Int, _ j: Int, _ affinity: Float) -> Void) {
    for (d, displacement) in displacements.enumerated() {
      displacement.forEachPair(height: height, width: width) { i, j in body(d, i, j, values[d * height * width + i]) }
    }
  }
}

extension PairAffinities.Displacement {
  /// Calls `body` for each cell i of a grid whose partner j lies inside, in rows from the top.
  func forEachPair(height: Int, width: Int, _ body: (_ i: Int, _ j: Int) -> Void) {
    for y in 0..<max(0, height - down) {
      for x in 0..<width where (0..<width).contains(x + right) {
        body(y * width + x, (y + down) * width + x + right)
      }
    }
  }
}
