import Foundation
import TestSupport
import Testing

@testable import Records

@Suite struct SummaryTests {
  @Test func aRunInAFewLines() throws {
    let record = try syntheticRecord(.fashion32Image, seed: 3, mIoU: 0.71239, queries: 128_000)
    #expect(
      record.summary == """
        fashion32/image, seed 3: mIoU 0.712, pixel accuracy 0.667 on fashion32/val (4 images)
          background  IoU 0.500
          shape       IoU 0.500
        500 steps in 1.5 s, 128000 reward queries, 64 MB peak memory, 1234 parameters
        """)
  }

  @Test func scoresThatAreMissing() throws {
    let record = try syntheticRecord(.folderPixel, seed: 1, mIoU: nil, pixelAccuracy: nil)
    #expect(record.summary.hasPrefix("folder/pixel, seed 1: mIoU –, pixel accuracy – on"))
  }

  /// A class may be called anything; a terminal obeys none of it.
  @Test func namesAreInert() throws {
    var record = try syntheticRecord(.fashion32Image, seed: 1, mIoU: 0.5)
    record.data.classes[1] = "\u{1B}[2Jcat"
    #expect(record.summary.contains("\\u{1B}[2Jcat") && !record.summary.contains("\u{1B}"))
    record.row.name = "a\u{1B}[31m"
    let view = RunView(name: "n", reading: MetricsReading(Data(), named: "m"), record: record)
    #expect(view.lines(width: 200)[0].hasPrefix("a\\u{1B}[31m, seed 1"))
  }
}
