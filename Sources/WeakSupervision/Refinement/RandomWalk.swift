import CKernels
import Foundation
import Support

/// Spreads class scores between cells that are alike, by a random walk on their affinities (PSA: Ahn and Kwak, CVPR
/// 2018):
///
///     s' = T^t s,   T = D^-1 A,   A_ij = W_ij^beta, A_ii = 1,   D_ii = sum_j A_ij,   t = 2^logSteps
///
/// T has some 70 entries a row, so t sparse products with the scores are far cheaper than T^t.
public struct RandomWalk: Sendable, Codable, Equatable {
  /// The power that makes weak affinities vanish. PSA's is 8.
  public var beta: Float
  /// log2 of the number of steps. PSA's is 8: 256 steps.
  public var logSteps: Int

  /// PSA's: beta 8 and 2^8 steps.
  public init(beta: Float = 8, logSteps: Int = 8) { (self.beta, self.logSteps) = (beta, logSteps) }

  /// The walked scores. Each is an average of its class's, so that equal scores stay and none leaves the range.
  ///
  /// Cost: t (2 displacements + 1) cells classes multiplications; one thread.
  ///
  /// - Parameter scores: any finite numbers, of the grid's size.
  /// - Throws: `InputError` for scores of another size or that aren't finite, or settings that can't be.
  package func walk(_ scores: ClassScores, on affinities: PairAffinities) throws -> ClassScores {
    try walk([scores], on: affinities)[0]
  }

  /// The same of several scores of one image, whose T is made once.
  package func walk(
    _ several: [ClassScores], on affinities: PairAffinities, checkStop: StopCheck = {}
  ) throws -> [ClassScores] {
    for scores in several { try validate(scores, affinities) }
    let transition = transition(affinities)
    // The cell itself, then both partners of each displacement.
    let steps = affinities.displacements.reduce(into: [0, 0] as [Int32]) { steps, displacement in
      let (down, right) = (Int32(displacement.down), Int32(displacement.right))
      steps += [down, right, -down, -right]
    }
    return try several.map { scores in
      var current = PaddedScores(scores)
      var next = current
      for _ in 0..<1 << logSteps {
        try checkStop()
        rss_local_average(
          &next.values, current.values, transition, steps, Int32(steps.count / 2), scores.height, scores.width,
          Int32(current.row))
        swap(&current, &next)
      }
      return current.scores(height: scores.height, width: scores.width)
    }
  }

  /// A weight below this part of a cell's own counts as 0: a walk of 2^20 steps carries less than a millionth over it,
  /// and the products of smaller ones are denormal numbers, which are slow (5 s became 22 s).
  private static let leastWeight: Float = 1e-12

  /// T's rows, `[cells][2 displacements + 1]`; 0 for partners outside.
  private func transition(_ affinities: PairAffinities) -> [Float] {
    let cells = affinities.height * affinities.width
    let entries = 2 * affinities.displacements.count + 1
    var rows = [Float](repeating: 0, count: cells * entries)
    for cell in 0..<cells { rows[cell * entries] = 1 }
    affinities.forEachPair { d, i, j, affinity in
      let weight = pow(affinity, beta)
      if weight < Self.leastWeight { return }
      rows[i * entries + 1 + 2 * d] = weight
      rows[j * entries + 2 + 2 * d] = weight
    }
    for cell in 0..<cells {
      let range = cell * entries..<(cell + 1) * entries
      let sum = rows[range].reduce(0, +)
      for entry in range { rows[entry] /= sum }
    }
    return rows
  }

  func validate(_ scores: ClassScores, _ affinities: PairAffinities) throws {
    guard scores.height == affinities.height && scores.width == affinities.width else {
      throw InputError(
        "class scores",
        found: "\(scores.width) x \(scores.height) for \(affinities.width) x \(affinities.height) cells",
        expected: "the same size", advice: "Average the scores over the cells first.")
    }
    if let bad = scores.values.first(where: { !$0.isFinite }) {
      throw InputError(
        "class scores", found: "the value \(bad)", expected: "finite numbers",
        advice: "Look at what made them: a training that diverged, or a division by zero.")
    }
    try validate()
  }

  /// - Throws: `InputError` for settings that can't be.
  func validate() throws {
    // 2^20 steps cross any image; more are a typing error that would take hours.
    guard beta >= 0, beta.isFinite, (0...20).contains(logSteps) else {
      throw InputError(
        "random walk", found: "beta \(beta) and logSteps \(logSteps)", expected: "beta from 0 up and logSteps 0 to 20",
        advice: "PSA's are 8 and 8.")
    }
  }
}
