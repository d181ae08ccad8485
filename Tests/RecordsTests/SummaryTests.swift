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
}
