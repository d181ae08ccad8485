import Records
import Rows
import TestSupport
import Testing

@testable import Tables

@Suite struct ClaimsPageTests {
  private func records(_ row: Row, _ scores: [Double]) throws -> [RunRecord] {
    try scores.enumerated().map { try syntheticRecord(row, seed: UInt64($0 + 1), mIoU: $1) }
  }

  @Test func withoutARecordItSaysSo() {
    let text = ClaimsPage([]).markdown
    for claim in ["C1, pixels", "C1, images", "C2", "C3", "C4", "C5"] {
      #expect(text.contains("| \(claim)"), "\(claim)")
    }
    #expect(text.contains("| no record") && !text.contains("| reproduced"))
  }

  /// What decides comes first, on one screen; evidence stands below.
  @Test func theFirstTableFitsAScreen() throws {
    let lines = ClaimsPage([]).markdown.split(separator: "\n", omittingEmptySubsequences: false)
    let end = try #require(lines.firstIndex { $0.hasPrefix("## ") })
    #expect(end < 45 && lines.prefix(end).contains { $0.hasPrefix("| C5") })
  }

  @Test func verdictsAreSaid() throws {
    let all =
      try records(.fashion32CrossEntropy.trained(for: 2000), [0.80, 0.80, 0.80])
      + records(.fashion32Image.trained(for: 2000), [0.77, 0.79, 0.80])
      + records(.fashion32ImageRegression.trained(for: 2000), [0.80, 0.801, 0.802])
    let lines = ClaimsPage(all).markdown.split(separator: "\n")
    func line(_ row: String) -> Substring { lines.first { $0.contains("| C2") && $0.contains(row) } ?? "" }
    #expect(line("fashion32/image-2000").contains("| undecided"))
    #expect(line("fashion32/image-regression-2000").contains("| reproduced"))
    #expect(line("camvid/image-2400").contains("| no record"))
  }

  /// Wherever the number stands, so does where it comes from.
  @Test func theNumberIsCalledOurs() {
    #expect(ClaimsPage([]).markdown.contains(ClaimLevels.approachesReason))
  }

  @Test func whatIsOpenIsNamed() throws {
    let all =
      try records(.fashion64Image, [0.5, 0.51, 0.52]) + records(.fashion64OneStage, [0.4, 0.52, 0.45])
    let text = ClaimsPage(all).markdown
    #expect(text.contains("undecided against CAM; Grad-CAM; Grad-CAM++;") && text.contains("One stage (tags alone)"))
    #expect(text.contains("C3 on fashion64, the paper's: fashion64/image less each method's mIoU"))
  }
}
