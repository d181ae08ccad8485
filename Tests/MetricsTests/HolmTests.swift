import Metrics
import Testing

@Suite struct HolmTests {
  @Test func noTestAndOneTest() {
    #expect(holmAdjusted([]) == [])
    #expect(holmAdjusted([0.03]) == [0.03])
    #expect(holmAdjusted([1, 0]) == [1, 0])
  }

  /// Holm's own example is of this kind: the smallest times 4, the next times 3, and never less than one before it.
  @Test func byHand() {
    #expect(holmAdjusted([0.03125, 0.25, 0.0078125, 0.5]) == [0.09375, 0.5, 0.03125, 0.5])
    #expect(holmAdjusted([0.015625, 0.0125]) == [0.025, 0.025])  // 2 x 0.0125, and at least that
  }

  @Test func noneIsAboveOne() {
    #expect(holmAdjusted([0.5, 0.5, 0.5]) == [1, 1, 1])
  }

  /// The step-down procedure as it is told: the smallest p first, against α / m, then α / (m - 1), until one fails.
  @Test func theStepsSayTheSame() {
    let values = [0.011, 0.02, 0.0004, 0.3, 0.012]
    let alpha = 0.05
    var held: Set<Int> = []
    for (step, index) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
      guard values[index] <= alpha / Double(values.count - step) else { break }
      held.insert(index)
    }
    #expect(held == [0, 1, 2, 4])
    #expect(Set(values.indices.filter { holmAdjusted(values)[$0] <= alpha }) == held)
  }
}
