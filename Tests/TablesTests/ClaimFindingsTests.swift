import Metrics
import Records
import Rows
import TestSupport
import Testing

@testable import Tables

@Suite struct ClaimFindingsTests {
  private func records(_ row: Row, _ scores: [Double]) throws -> [RunRecord] {
    try scores.enumerated().map { try syntheticRecord(row, seed: UInt64($0 + 1), mIoU: $1) }
  }

  private func verdicts(_ plan: ClaimPlan, _ records: [RunRecord]) -> [String: ClaimVerdict] {
    Dictionary(uniqueKeysWithValues: plan.primaryFindings(records).map { ($0.row.name, $0.verdict) })
  }

  @Test func withoutARecordNothingIsDecided() {
    for plan in ClaimPlan.all {
      #expect(plan.primaryFindings([]).allSatisfy { $0.verdict == .noRecord } && plan.secondaryFindings([]).isEmpty)
    }
    for plan in TagsClaimPlan.all { #expect(TagsClaimPlan.verdict(plan.findings([])) == .noRecord) }
  }

  /// The same rule for the paper's row and for ours.
  @Test func primaryRowsAreDecidedByTheirBounds() throws {
    let labelled = try records(.fashion32CrossEntropy, [0.8, 0.81, 0.79])
    let all =
      try labelled + records(.fashion32Pixel, [0.5, 0.7, 0.79])
      + records(.fashion32PixelPropensity, [0.78, 0.79, 0.77])
      + records(.fashion64CrossEntropy, [0.5, 0.5, 0.5]) + records(.fashion64Pixel, [0.2, 0.21, 0.2])
      + records(.fashion64PixelPropensity, [0.49, 0.49])
    let found = verdicts(.pixelLevel, all)
    #expect(found["fashion32/pixel"] == .undecided && found["fashion32/pixel-propensity"] == .reproduced)
    #expect(found["fashion64/pixel"] == .notReproduced)
    #expect(found["fashion64/pixel-propensity"] == .undecided, "two seeds have no interval")
    #expect(found["camvid/pixel"] == .noRecord)
  }

  /// A good row that isn't the one that was named decides nothing.
  @Test func secondaryRowsDecideNothing() throws {
    let all =
      try records(.fashion32CrossEntropy, [0.8, 0.81, 0.79])
      + records(.fashion32ImageRegression64, [0.82, 0.83, 0.815])
    #expect(verdicts(.pixelSupervision, all).values.allSatisfy { $0 == .noRecord })
    let other = try #require(ClaimPlan.pixelSupervision.secondaryFindings(all).first)
    #expect(other.row == .fashion32ImageRegression64 && other.author == nil && other.verdict == .reproduced)
  }

  /// Alone a row's adjusted p is its own; with a second one beside it the smaller is doubled.
  @Test func secondaryRowsAreAdjustedForBeingSeveral() throws {
    let labelled = try records(.fashion32CrossEntropy, [0.8, 0.8, 0.8])
    let one = try records(.fashion32ImageRegression64, [0.792, 0.80, 0.796])
    let two = try records(.fashion32Image, [0.5, 0.7, 0.9])
    func p(_ all: [RunRecord]) throws -> Double {
      let findings = ClaimPlan.pixelSupervision.secondaryFindings(all)
      return try #require(findings.first { $0.row == .fashion32ImageRegression64 }?.adjustedP ?? nil)
    }
    let alone = try p(labelled + one)
    let ratio = try #require(PairedRatio([(0.792, 0.8), (0.80, 0.8), (0.796, 0.8)]))
    #expect(alone == ratio.pAbove(0.98))
    #expect(try p(labelled + one + two) == 2 * alone)
  }

  /// Better than every method that is given tags, or undecided, or worse than one.
  @Test func tagsAreComparedMethodByMethod() throws {
    let plan = TagsClaimPlan.all[0]
    let rewarded = try records(.fashion32Image, [0.60, 0.61, 0.62, 0.63])
    func verdict(_ last: [Double]) throws -> ClaimVerdict {
      var all = rewarded
      for (k, method) in plan.methods.enumerated() {
        all += try records(method, k == plan.methods.count - 1 ? last : [0.40, 0.412, 0.419, 0.43])
      }
      return TagsClaimPlan.verdict(plan.findings(all))
    }
    #expect(try verdict([0.50, 0.511, 0.522, 0.53]) == .reproduced)
    #expect(try verdict([0.70, 0.711, 0.722, 0.73]) == .notReproduced)
    #expect(try verdict([0.50, 0.70, 0.55, 0.66]) == .undecided)
    #expect(try verdict([]) == .undecided, "a method without a record leaves it open")
  }

  /// Only seeds that both have: what a seed does to both cancels.
  @Test func differencesArePaired() throws {
    let plan = TagsClaimPlan.all[0]
    let all =
      try records(.fashion32Image, [0.3, 0.6, 0.9, 0.1]) + records(.fashion32CAM, [0.2, 0.5, 0.8])
    let cam = try #require(plan.findings(all).first)
    #expect(cam.method == .fashion32CAM && cam.difference?.values.count == 3)
    #expect(try #require(cam.better) < 1e-6, "a tenth for every seed")
  }
}
