import Metrics
import Testing

@testable import Tables

@Suite struct ClaimVerdictTests {
  @Test func withoutARecordOrAnInterval() {
    #expect(ClaimVerdict(nil, reaching: 0.8) == .noRecord)
    #expect(ClaimVerdict(Interval(mean: 1, count: 2), reaching: 0.8) == .undecided)
    #expect(ClaimVerdict(pAbove: nil, pBelow: nil) == .undecided)
  }

  /// One rule: the lower bound reaches the level, the upper one stays below it, or neither.
  @Test func boundsDecide() {
    func verdict(_ lower: Double, _ upper: Double) -> ClaimVerdict {
      ClaimVerdict(Interval(mean: (lower + upper) / 2, lower: lower, upper: upper, count: 3), reaching: 0.75)
    }
    #expect(verdict(0.8, 0.9) == .reproduced && verdict(0.75, 0.9) == .reproduced)
    #expect(verdict(0.5, 0.7) == .notReproduced)
    #expect(verdict(0.7, 0.8) == .undecided && verdict(0.5, 0.75) == .undecided)
  }

  @Test func pValuesDecide() {
    #expect(ClaimVerdict(pAbove: 0.025, pBelow: 0.975) == .reproduced)
    #expect(ClaimVerdict(pAbove: 0.99, pBelow: 0.01) == .notReproduced)
    #expect(ClaimVerdict(pAbove: 0.03, pBelow: 0.97) == .undecided)
  }
}
