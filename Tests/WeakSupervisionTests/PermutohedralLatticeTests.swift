import Foundation
import Randomness
import Support
import Testing

@testable import WeakSupervision

@Suite struct PermutohedralLatticeTests {
  private func filtered(_ features: PointFeatures, _ values: [Float], times factor: Float = 1) throws -> [Float] {
    let lattice = try PermutohedralLattice(features)
    let scores = ClassScores(height: 1, width: features.count, classes: 1, values: values)
    var target = PaddedScores(pixels: features.count, classes: 1)
    lattice.addFiltered(PaddedScores(scores), times: factor, to: &target)
    return target.scores(height: 1, width: features.count).values
  }

  @Test func onePointKeepsItsValue() throws {
    for dimensions in 1...5 {
      let features = PointFeatures(dimensions: dimensions, values: (0..<dimensions).map { Float($0) * 1.7 - 3 })
      let lattice = try PermutohedralLattice(features)
      #expect((1...dimensions + 1).contains(lattice.vertices))
      #expect(abs(try filtered(features, [2.5])[0] - 2.5) < 1e-5)
      #expect(abs(try filtered(features, [2.5], times: 3)[0] - 7.5) < 1e-5)
    }
  }

  @Test func equalPointsAverage() throws {
    let features = PointFeatures(dimensions: 2, values: [0.3, 0.4, 0.3, 0.4, 0.3, 0.4, 0.3, 0.4])
    for value in try filtered(features, [1, 2, 3, 6]) { #expect(abs(value - 3) < 1e-5) }
  }

  /// Two far groups don't touch each other.
  @Test func farPointsAreStrangers() throws {
    let features = PointFeatures(dimensions: 1, values: [0, 0, 50, -60])
    let found = try filtered(features, [1, 3, 10, 20])
    for (value, expected) in zip(found, [2, 2, 10, 20] as [Float]) { #expect(abs(value - expected) < 1e-5) }
  }

  /// The matrix is symmetric: w_j e_j^T K e_i = e_i^T K e_j. The blur visits the axes in a fixed order, so only nearly.
  @Test func nearTheExactKernel() throws {
    var random = RandomStream(seed: 3, purpose: .scenes)
    let count = 60
    for dimensions in [2, 3, 5] {
      let features = PointFeatures(
        dimensions: dimensions, values: (0..<count * dimensions).map { _ in random.uniform(in: -1.5...1.5) })
      let values = (0..<count).map { _ in random.uniform() }
      let kernel = (0..<count).map { i in
        (0..<count).map { j in
          let squares = (0..<dimensions).reduce(0.0) { sum, d in
            let difference = Double(features.values[i * dimensions + d] - features.values[j * dimensions + d])
            return sum + difference * difference
          }
          return exp(-squares / 2)
        }
      }
      let norms = kernel.map { $0.reduce(0, +) }
      let found = try filtered(features, values)
      for i in 0..<count {
        let exact = (0..<count).reduce(0.0) { sum, j in
          sum + kernel[i][j] / (norms[i] * norms[j]).squareRoot() * Double(values[j])
        }
        // The lattice's kernel is wider than a Gaussian in its tails; its authors report errors of this size.
        #expect(
          abs(Double(found[i]) - exact) < 0.1, "\(dimensions) dimensions, point \(i): \(found[i]), exact \(exact)")
      }
    }
  }

  @Test(arguments: [.nan, .infinity, 1e9] as [Float])
  func pointsTooFarOut(value: Float) {
    #expect(throws: InputError.self) { try PermutohedralLattice(PointFeatures(dimensions: 1, values: [0, value])) }
  }
}
