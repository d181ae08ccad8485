import Foundation
import Testing

@testable import WeakSupervision

@Suite struct PairAffinitiesTests {
  @Test func displacements() {
    #expect(PairAffinities.Displacement.within(radius: 1).isEmpty)
    let near = PairAffinities.Displacement.within(radius: 2)
    #expect(Set(near.map { "\($0.down) \($0.right)" }) == ["0 1", "1 -1", "1 0", "1 1"])
    #expect(PairAffinities.Displacement.within(radius: 5).count == 34)
  }

  @Test func everyNearPairOnce() {
    let (height, width, radius) = (4, 5, 3)
    var seen: [Set<Int>: Int] = [:]
    for displacement in PairAffinities.Displacement.within(radius: radius) {
      displacement.forEachPair(height: height, width: width) { i, j in seen[[i, j], default: 0] += 1 }
    }
    var expected: Set<Set<Int>> = []
    for i in 0..<height * width {
      for j in 0..<i {
        let (down, right) = (i / width - j / width, i % width - j % width)
        if down * down + right * right < radius * radius { expected.insert([i, j]) }
      }
    }
    #expect(Set(seen.keys) == expected && seen.values.allSatisfy { $0 == 1 })
  }

  @Test func ofFeatures() {
    // 2 x 2 cells with two features each.
    let features: [Float] = [0, 0, 1, -0.5, 0, 2, 1, 1]
    let affinities = PairAffinities(ofFeatures: features, height: 2, width: 2, radius: 2)
    var found: [String: Float] = [:]
    affinities.forEachPair { _, i, j, affinity in found["\(i) \(j)"] = affinity }
    let expected: [String: Float] = ["0 1": 1.5, "2 3": 2, "0 2": 2, "1 3": 1.5, "0 3": 2, "1 2": 3.5]
    #expect(found.keys.sorted() == expected.keys.sorted())
    for (pair, distance) in expected { #expect(abs((found[pair] ?? -1) - exp(-distance)) < 1e-6) }
    #expect(PairAffinities(ofFeatures: [3], height: 1, width: 1, radius: 5).values.allSatisfy { $0 == 0 })
  }
}
