import Rows
import TestSupport
import Testing

@testable import Records

@Suite struct RecordGroupTests {
  @Test func noRun() {
    #expect(RecordGroup([]) == nil && RecordGroup(of: .fashion32Image, in: []) == nil)
  }

  /// A run of its name with other settings says nothing about a row.
  @Test func runsAreTheRows() throws {
    var short = Row.fashion32Image
    short.recipe.steps = 20
    let records = [
      try syntheticRecord(.fashion32Image, seed: 2, mIoU: 0.5),
      try syntheticRecord(.fashion32Image, seed: 1, mIoU: 0.5),
      try syntheticRecord(short, seed: 3, mIoU: 0.5), try syntheticRecord(.fashion64Image, seed: 4, mIoU: 0.5),
    ]
    let group = try #require(RecordGroup(of: .fashion32Image, in: records))
    #expect(group.records.map(\.seed) == [1, 2] && group.data == "fashion32" && group.steps == 500)
  }

  /// A ratio is to cross-entropy of as many steps, or there is none; a row that ends with reward after tags is measured against the
  /// data set's own.
  @Test func ratiosAreOfEqualSteps() throws {
    let all = try [
      syntheticRecord(.fashion32CrossEntropy, seed: 1, mIoU: 0.5),
      syntheticRecord(.fashion32CrossEntropy.trained(for: 1000), seed: 1, mIoU: 0.8),
      syntheticRecord(.fashion32CAM, seed: 1, mIoU: 0.1), syntheticRecord(.fashion64CrossEntropy, seed: 1, mIoU: 0.9),
    ]
    func ratio(_ row: Row, mIoU: Double) throws -> Double? {
      RecordGroup([try syntheticRecord(row, seed: 1, mIoU: mIoU)])?.ratio(toCrossEntropyAmong: all)?.values.first?.value
    }
    #expect(try #require(try ratio(.fashion32Image, mIoU: 0.4)) == 0.4 / 0.5)
    #expect(try #require(try ratio(.fashion32Image.trained(for: 1000), mIoU: 0.4)) == 0.4 / 0.8)
    #expect(try ratio(.fashion32Image.trained(for: 2000), mIoU: 0.4) == nil)
    #expect(try #require(try ratio(.fashion32CAMThenReward, mIoU: 0.4)) == 0.4 / 0.5)
    #expect(try ratio(.camvidImage, mIoU: 0.4) == nil)
  }
}
