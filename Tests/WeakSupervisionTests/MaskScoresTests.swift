import Foundation
import Randomness
import Testing

@testable import WeakSupervision

@Suite struct MaskScoresTests {
  private let classes = 3
  private let labels: [UInt8] = [0, 0, 255, 1, 0, 255, 2]
  private let power = 3.0
  private let floor = 0.01

  private func logits(seed: UInt64) -> [Float] {
    var random = RandomStream(seed: seed, purpose: .scenes)
    return (0..<labels.count * classes).map { _ in 2 * random.normal() }
  }

  private func scores(_ logits: [Float], _ labels: [UInt8]? = nil, classes: Int? = nil) -> MaskScores {
    MaskScores(
      logits: logits, void: labels ?? self.labels, classes: classes ?? self.classes, power: Float(power),
      floor: Float(floor))
  }

  /// The formula as the documentation has it, class by class in double precision.
  private func reference(_ z: [Double], floor: Double) -> [Double] {
    let counted = labels.indices.filter { labels[$0] != 255 }
    func mask(_ p: Int, _ c: Int) -> Double {
      exp(z[p * classes + c]) / (0..<classes).reduce(0) { $0 + exp(z[p * classes + $1]) }
    }
    return (0..<classes).map { c in
      let mass = counted.reduce(0) { $0 + mask($1, c) }
      let pool = counted.reduce(0) { $0 + mask($1, c) * z[$1 * classes + c] } / (1 + mass)
      let size = mass / Double(counted.count)
      return pool + pow(1 - size, power) * log(floor + size)
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func asTheFormula(seed: UInt64) {
    let z = logits(seed: seed)
    let found = scores(z)
    for (a, b) in zip(found.scores, reference(z.map(Double.init), floor: Double(Float(floor)))) {
      #expect(abs(a - b) < 1e-5)
    }
    for p in labels.indices {
      let sum = found.masks[p * classes..<(p + 1) * classes].reduce(0, +)
      #expect(abs(sum - (labels[p] == 255 ? 0 : 1)) < 1e-6)
    }
  }

  @Test(arguments: [4, 5, 6] as [UInt64]) func theGradientIsThatOfTheScores(seed: UInt64) {
    let z = logits(seed: seed).map(Double.init)
    let upstream = [0.7, -1.3, 0.4]
    let found = scores(z.map(Float.init)).gradient(upstream)
    func value(_ z: [Double]) -> Double {
      zip(reference(z, floor: Double(Float(floor))), upstream).reduce(0) { $0 + $1.0 * $1.1 }
    }
    for i in z.indices {
      var (up, down) = (z, z)
      up[i] += 1e-5
      down[i] -= 1e-5
      #expect(abs(Double(found[i]) - (value(up) - value(down)) / 2e-5) < 1e-5, "logit \(i)")
    }
  }

  @Test func voidSaysNothing() {
    let found = scores(logits(seed: 1), [UInt8](repeating: 255, count: 7))
    #expect(found.scores == [0, 0, 0] && found.masks.allSatisfy { $0 == 0 })
    #expect(found.gradient([1, 1, 1]).allSatisfy { $0 == 0 })
    #expect(scores([], []).scores == [0, 0, 0])
    #expect(scores([], []).gradient([1, 1, 1]).isEmpty)
  }

  /// One class has all of one pixel: its size is 1, the penalty 0, and the pool half the logit.
  @Test func onePixelOfOneClass() {
    let found = scores([3], [0], classes: 1)
    #expect(found.masks == [1] && found.scores == [1.5])
    #expect(found.gradient([2]) == [1])
  }

  /// A mask that is 0 everywhere scores log(floor), and nothing is infinite.
  @Test func masksOfZero() {
    let found = scores([0, -1000, 0, -1000], [0, 0], classes: 2)
    #expect(found.masks == [1, 0, 1, 0])
    #expect(abs(found.scores[1] - log(floor)) < 1e-6)
    #expect(found.gradient([1, 1]).allSatisfy { $0.isFinite })
  }
}
