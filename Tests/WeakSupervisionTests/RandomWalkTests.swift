import Foundation
import Randomness
import Support
import Testing

@testable import WeakSupervision

@Suite struct RandomWalkTests {
  static func randomAffinities(height: Int, width: Int, radius: Int, seed: UInt64) -> PairAffinities {
    var random = RandomStream(seed: seed, purpose: .scenes)
    let displacements = PairAffinities.Displacement.within(radius: radius)
    return PairAffinities(
      height: height, width: width, displacements: displacements,
      values: (0..<displacements.count * height * width).map { _ in random.uniform() })
  }

  /// T^t s by t products with a dense matrix in double precision, straight from the definition.
  private func reference(_ walk: RandomWalk, _ scores: ClassScores, _ affinities: PairAffinities) -> [Float] {
    let (height, width, classes) = (scores.height, scores.width, scores.classes)
    let cells = height * width
    func affinity(_ i: Int, _ j: Int) -> Double {
      if i == j { return 1 }
      for (d, displacement) in affinities.displacements.enumerated() {
        for (a, b) in [(i, j), (j, i)]
        where a / width + displacement.down == b / width && a % width + displacement.right == b % width {
          return pow(Double(affinities.values[d * cells + a]), Double(walk.beta))
        }
      }
      return 0
    }
    let matrix = (0..<cells).map { i -> [Double] in
      let row = (0..<cells).map { affinity(i, $0) }
      return row.map { $0 / row.reduce(0, +) }
    }
    var current = scores.values.map(Double.init)
    for _ in 0..<1 << walk.logSteps {
      var next = [Double](repeating: 0, count: cells * classes)
      for i in 0..<cells {
        for j in 0..<cells {
          for k in 0..<classes { next[i * classes + k] += matrix[i][j] * current[j * classes + k] }
        }
      }
      current = next
    }
    return current.map(Float.init)
  }

  @Test(arguments: [(1, 1, 1), (1, 7, 3), (6, 1, 2), (5, 6, 3), (4, 5, 17)])
  func asTheDefinition(height: Int, width: Int, classes: Int) throws {
    let scores = randomScores(height: height, width: width, classes: classes, seed: 1)
    for (radius, walk) in [
      (2, RandomWalk(beta: 1, logSteps: 0)), (3, RandomWalk(beta: 2, logSteps: 3)), (5, RandomWalk()),
    ] {
      let affinities = Self.randomAffinities(height: height, width: width, radius: radius, seed: 2)
      let expected = reference(walk, scores, affinities)
      #expect(difference(try walk.walk(scores, on: affinities).values, expected).largest < 1e-4)
      #expect(difference(try walk.denseWalk(scores, on: affinities).values, expected).largest < 1e-4)
    }
  }

  @Test func equalScoresStayAndOthersStayWithinTheirRange() throws {
    let affinities = Self.randomAffinities(height: 9, width: 8, radius: 5, seed: 3)
    let equal = try RandomWalk().walk(ClassScores(height: 9, width: 8, classes: 2, fill: 0.7), on: affinities)
    for value in equal.values { #expect(abs(value - 0.7) < 1e-4) }
    let scores = randomScores(height: 9, width: 8, classes: 3, seed: 4)
    let found = try RandomWalk(logSteps: 2).walk(scores, on: affinities)
    for sum in found.sums { #expect(abs(sum - 1) < 1e-5) }
    #expect((found.values.max() ?? 1) <= (scores.values.max() ?? 0) && (found.values.min() ?? 0) >= 0)
  }

  /// Degree-weighted sums D s are kept, because D T = A is symmetric.
  @Test func walkKeepsTheWeightedSum() throws {
    let affinities = Self.randomAffinities(height: 6, width: 7, radius: 3, seed: 5)
    let walk = RandomWalk(beta: 2, logSteps: 5)
    var degrees = [Double](repeating: 1, count: 42)
    affinities.forEachPair { _, i, j, affinity in
      degrees[i] += Double(affinity * affinity)
      degrees[j] += Double(affinity * affinity)
    }
    let scores = randomScores(height: 6, width: 7, classes: 1, seed: 6)
    func weighted(_ scores: ClassScores) -> Double {
      zip(degrees, scores.values).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    #expect(abs(weighted(try walk.walk(scores, on: affinities)) / weighted(scores) - 1) < 1e-5)
  }

  @Test func strangersKeepTheirScores() throws {
    let displacements = PairAffinities.Displacement.within(radius: 3)
    let none = PairAffinities(
      height: 3, width: 4, displacements: displacements, values: [Float](repeating: 0, count: displacements.count * 12))
    let scores = randomScores(height: 3, width: 4, classes: 5, seed: 7)
    #expect(try RandomWalk().walk(scores, on: none) == scores)
    #expect(try RandomWalk().denseWalk(scores, on: none) == scores)
  }

  @Test func impossibleInput() {
    let affinities = Self.randomAffinities(height: 3, width: 4, radius: 2, seed: 8)
    let fine = ClassScores(height: 3, width: 4, classes: 2, fill: 0)
    for walk in [RandomWalk(beta: .nan), RandomWalk(beta: -1), RandomWalk(logSteps: 21), RandomWalk(logSteps: -1)] {
      #expect(throws: InputError.self) { try walk.walk(fine, on: affinities) }
      #expect(throws: InputError.self) { try walk.denseWalk(fine, on: affinities) }
    }
    for scores in [
      ClassScores(height: 4, width: 3, classes: 2, fill: 0), ClassScores(height: 3, width: 4, classes: 2, fill: .nan),
    ] {
      #expect(throws: InputError.self) { try RandomWalk().walk(scores, on: affinities) }
      #expect(throws: InputError.self) { try RandomWalk().denseWalk(scores, on: affinities) }
    }
  }
}
