import Metrics
import Records
import Rows
import TestSupport
import Testing

@testable import Tables
@testable import WeakSupervision

@Suite struct WeakTableTests {
  private func weakRecord(_ row: Row, mIoU: Double, seed: UInt64 = 1, queries: Int = 0) throws -> RunRecord {
    var record = try syntheticRecord(row, seed: seed, mIoU: mIoU, queries: queries)
    record.weak = WeakResult(
      seedMeanIoU: 0.4, refinedMeanIoU: 0.5, oracleSeedMeanIoU: 0.45, seedThreshold: 0.3, threshold: 0.35, tags: 9000,
      meanAveragePrecision: 0.9, averagePrecision: [0.9], seconds: 5)
    return record
  }

  @Test func table3() throws {
    let records = [
      try syntheticRecord(.fashion32CrossEntropy, seed: 1, mIoU: 0.8, queries: 0),
      try syntheticRecord(.fashion32Image, seed: 1, mIoU: 0.6, queries: 128_000),
      try weakRecord(.fashion32CAM, mIoU: 0.4), try weakRecord(.fashion32CAMThenReward, mIoU: 0.7, queries: 25_600),
    ]
    let table = TablePlan.table3.make(records)
    #expect(table.rows.map { $0[2].plain } == ["pixel labels", "reward queries", "tags", "tags, reward queries"])
    // Only the row with labels is the ceiling, though those with tags are trained by cross-entropy, too.
    #expect(table.rows.map { $0[7].plain } == ["1", "0.750", "0.500", "0.875"])
    #expect(table.rows.map { $0[3].plain } == ["–", "–", "0.400", "0.400"])
    #expect(table.rows.map { $0[4].plain } == ["–", "–", "0.450", "0.450"])
    #expect(table.rows.map { $0[5].plain } == ["–", "–", "0.500", "0.500"])
    #expect(table.rows.map { $0[8].plain } == ["–", "–", "9000", "9000"])
    #expect(table.rows.map { $0[9].plain } == ["–", "128000", "–", "25600"])
  }

  /// What was recorded with other settings of a refinement isn't the row's any more.
  @Test func recordsOfOtherSettingsAreLeftOut() throws {
    let row = Row.fashion32Refined[0]
    var other = row
    other.weak?.crf?.appearanceWeight += 1
    let records = [try weakRecord(row, mIoU: 0.6), try weakRecord(other, mIoU: 0.1, seed: 2)]
    let table = try #require(TablePlan.table3.table(of: records))
    #expect(table.rows.count == 1 && table.rows[0].last?.plain == "1")
    #expect(TablePlan.table3.table(of: [try weakRecord(other, mIoU: 0.1)]) == nil)
  }

  /// Rows of one table leave the ceiling of another alone.
  @Test func recordsWithTagsAreNoCeiling() throws {
    let rows = TablePlan.table3.rows(.full)
    #expect(Set(rows.filter { !$0.learnsFromTags }.map(\.given)) == ["pixel labels", "reward queries"])
    #expect(TablePlan.table3.make([]).rows.isEmpty)
    // Every weakly supervised row on data of ours is in it.
    #expect(Row.allWeak.filter { $0.data.kind != .folder }.allSatisfy(rows.contains))
  }
}
