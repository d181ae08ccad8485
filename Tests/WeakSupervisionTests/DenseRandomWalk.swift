import COpenBLAS
import Foundation
import Support

@testable import WeakSupervision

extension RandomWalk {
  /// The same as `walk`, the way PSA's authors go: T as a dense matrix, squared `logSteps` times by OpenBLAS, times the
  /// scores. It is what the sparse way is measured against.
  ///
  /// - Throws: as `walk`.
  /// - Cost: 2 logSteps cells^3 operations and 8 cells^2 bytes: 28 GFLOP and 12 MB for 40 x 30 cells.
  func denseWalk(_ scores: ClassScores, on affinities: PairAffinities) throws -> ClassScores {
    try validate(scores, affinities)
    let cells = scores.pixels
    var transition = [Float](repeating: 0, count: cells * cells)
    for cell in 0..<cells { transition[cell * cells + cell] = 1 }
    affinities.forEachPair { _, i, j, affinity in
      transition[i * cells + j] = pow(affinity, beta)
      transition[j * cells + i] = pow(affinity, beta)
    }
    for i in 0..<cells {
      let range = i * cells..<(i + 1) * cells
      let sum = transition[range].reduce(0, +)
      for entry in range { transition[entry] /= sum }
    }
    var square = transition
    let n = Int32(cells)
    for _ in 0..<logSteps {
      rss_gemm(false, false, n, n, n, 1, transition, n, transition, n, 0, &square, n)
      swap(&transition, &square)
    }
    var walked = scores
    let classes = Int32(scores.classes)
    rss_gemm(false, false, n, classes, n, 1, transition, n, scores.values, classes, 0, &walked.values, classes)
    return walked
  }
}
