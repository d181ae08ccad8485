import Metrics
import Records
import Rows
import TestSupport
import Testing

@testable import Tables

@Suite struct TablesTests {
  private func records(_ row: Row, _ scores: [UInt64: Double], queries: Int = 0) throws -> [RunRecord] {
    try scores.sorted { $0.key > $1.key }  // not in the order of seeds
      .map { try syntheticRecord(row, seed: $0.key, mIoU: $0.value, queries: queries) }
  }

  private func cell(_ values: [UInt64: Double]) throws -> Table.Cell {
    .seeds(try #require(SeedValues(meanOf: values.map { SeedValues.Value(seed: $0.key, value: $0.value) })))
  }

  @Test func numbersAndRows() {
    #expect(TablePlan.all.map(\.number) == [1, 2, 3, 4, 5, 6])
    for plan in TablePlan.all {
      let quick = plan.rows(.quick)
      #expect(quick.allSatisfy { $0.data.kind == .fashion32 })
      #expect(Array(plan.rows(.full).prefix(quick.count)) == quick)
      #expect(plan.rows(.full).allSatisfy { Row.all.contains($0) })
    }
    #expect(TablePlan.Profile.quick.seeds == 3 && TablePlan.Profile.full.seeds == 5)
  }

  /// Seeds are paired for the ratio; a seed that cross-entropy doesn't have is left out of it.
  @Test func table1() throws {
    let ceiling = try records(.fashion32CrossEntropy, [1: 0.8, 2: 0.7, 3: 0.75])
    let pixel = try records(.fashion32Pixel, [1: 0.76, 2: 0.68, 4: 0.5])
    let table = TablePlan.table1.make(ceiling + pixel)
    #expect(table.name == "table1" && table.rows.count == 2)
    #expect(table.rows[0][0] == .text("fashion32") && table.rows[0][1] == .text("Cross-entropy (labels)"))
    #expect(table.rows[1][1] == .text("RSS, pixel-level"))
    #expect(table.rows[0][2].seedValues?.values.map(\.value) == [0.8, 0.7, 0.75])
    #expect(try table.rows[0][2] == .seeds(#require(seedValues([0.8, 0.7, 0.75]))))
    #expect(try table.rows[1][2] == cell([1: 0.76, 2: 0.68, 4: 0.5]))
    #expect(table.rows[0][4] == .text("1"))
    #expect(table.rows[1][4] == .seeds(try #require(SeedValues(ratioOf: pixel, to: ceiling))))
    #expect(table.rows[1][4].plain == "0.950 0.971", "two seeds: no interval, the values")
    #expect(table.rows[1][5] == .number(500, digits: 0) && table.rows[1][6] == .number(3, digits: 0))
    #expect(table.notes == [intervalNote, "Commit abc; CPU, 2 threads."])
  }

  /// A row is measured against cross-entropy with its own network, started alike.
  @Test func table6ComparesEqualNetworks() throws {
    let lines = Row.networkComparisons
    func row(_ network: String, _ method: Row) throws -> Row {
      try #require(lines.first { "\($0.network), \($0.start)" == network && $0.method == method }).row
    }
    let (large, small) = ("MobileNetV2 + DeepLabV3+", "small U-Net, first weights")
    var all = try records(.voc7CrossEntropy, [1: 0.5]) + records(.voc7Image, [1: 0.4])
    all += try records(row("\(large), first weights", .voc7ImageRegression), [1: 0.3])
    all += try records(row(small, .voc7CrossEntropy), [1: 0.2]) + records(row(small, .voc7ImageRegression), [1: 0.15])
    let table = TablePlan.table6.make(all)
    #expect(table.rows.map { $0[6].plain } == ["1", "0.800", "–", "1", "0.750"])
    let first = [String](repeating: "first weights", count: 3)
    #expect(table.rows.map { $0[2].plain } == ["ImageNet", "ImageNet"] + first)
    #expect(table.rows[4][3] == .text("RSS, image-level, PSD with regression"))
    #expect(try row(small, .voc7Pixel).recipe.network == nil)
  }

  @Test func table1AsMarkdown() throws {
    let records = try [
      syntheticRecord(.fashion32CrossEntropy, seed: 1, mIoU: 0.8, pixelAccuracy: 0.95),
      syntheticRecord(.fashion32Pixel, seed: 1, mIoU: 0.78, pixelAccuracy: nil),
    ]
    #expect(
      TablePlan.table1.make(records).markdown == """
        **Table 1. Pixel-level reward against supervised cross-entropy**

        | Data      | Method                 | mIoU  | Pixel accuracy | Ratio to cross-entropy | Steps | Seeds |
        |-----------|------------------------|-------|----------------|------------------------|-------|-------|
        | fashion32 | Cross-entropy (labels) | 0.800 | 0.950          | 1                      | 500   | 1     |
        | fashion32 | RSS, pixel-level       | 0.780 | –              | 0.975                  | 500   | 1     |

        \(escapedMarkdown(intervalNote))

        Commit abc; CPU, 2 threads.

        """)
  }

  /// Groups are data sets and methods; other objectives' records don't show in table 1, nor another data set's ceiling.
  @Test func recordsAreGroupedByRow() throws {
    let all =
      try records(.fashion32CrossEntropy, [1: 0.8]) + records(.fashion32Image, [1: 0.7])
      + records(.fashion64Pixel, [1: 0.6]) + records(.fashion32Pixel, [1: 0.78])
    let table = TablePlan.table1.make(all)
    #expect(table.rows.map { $0[0] } == [.text("fashion32"), .text("fashion64"), .text("fashion32")])
    #expect(table.rows[1][4] == .missing)
    #expect(TablePlan.table2.make(all).rows.count == 4)
    let group = try #require(groups(all, methods: [.imageReward]).first)
    #expect(group.title == "RSS, image-level, PSD" && group.records.count == 1)
  }

  @Test func table2() throws {
    let all =
      try records(.fashion32CrossEntropy, [1: 0.8, 2: 0.7]) + records(.fashion32Pixel, [1: 0.78, 2: 0.7], queries: 900)
      + records(.fashion32Image, [1: 0.75, 2: 0.65], queries: 128_000)
      + records(.fashion32ImageNaive, [1: 0.2, 2: 0.1], queries: 16_000)
    let table = TablePlan.table2.make(all)
    #expect(table.rows.map { $0[2] } == [.missing, .missing, .number(16, digits: 0), .number(2, digits: 0)])
    #expect(
      table.rows.map { $0[7] } == [
        .missing, .number(900, digits: 0), .number(128_000, digits: 0), .number(16_000, digits: 0),
      ])
    #expect(table.rows[2][6].seedValues?.values.map(\.value) == [0.75 / 0.8, 0.65 / 0.7])
    #expect(try table.rows[2][4] == cell([1: 0.5, 2: 0.5]))
    #expect(
      table.notes.contains { $0.contains(ClaimLevels.approachesReason) && $0.hasPrefix("Steps are 500 on fashion32, ") }
    )
  }

  @Test func withoutBackgroundAndWithoutScores() throws {
    let records = try [
      syntheticRecord(.camvidCrossEntropy, seed: 1, mIoU: nil, pixelAccuracy: nil, background: nil),
      syntheticRecord(.camvidImage, seed: 1, mIoU: 0.3, background: nil),
    ]
    let table = TablePlan.table2.make(records)
    #expect(table.rows[0][3...5].allSatisfy { $0 == .missing } && table.rows[0][6] == .text("1"))
    #expect(table.rows[1][4] == .missing && table.rows[1][6] == .missing)
  }

  @Test func everyCommitAndProcessorIsNamed() throws {
    let records = try [
      syntheticRecord(.folderPixel, seed: 1, mIoU: 1, commit: "b+", cpu: "Two"),
      syntheticRecord(.folderPixel, seed: 2, mIoU: 1, commit: "a", cpu: "One"),
      syntheticRecord(.folderPixel, seed: 3, mIoU: 1, commit: "a", cpu: "Two"),
    ]
    #expect(provenanceNote(records) == "Commit a, b+; One, 2 threads; Two, 2 threads.")
  }

  @Test func withoutAnyRun() {
    for plan in TablePlan.all {
      let table = plan.make([])
      #expect(table.rows.isEmpty && table.notes.last == "No run.")
    }
  }

  @Test func perClass() throws {
    var confusion = ConfusionMatrix(classes: 3)
    try confusion.add(predictions: [0, 0, 1, 1], truths: [0, 1, 1, 255])
    let table = perClassTable(confusion, classes: ["sky", "road", "car"], name: "x/val")
    #expect(table.caption == "Per class on x/val" && table.notes == ["Pixel accuracy 0.667."])
    #expect(table.rows[0] == [.text("sky"), .number(0.5, digits: 3), .number(1, digits: 3)])
    #expect(table.rows[2] == [.text("car"), .missing, .missing])
    #expect(table.rows[3] == [.text("mean"), .number(0.5, digits: 3), .number(0.75, digits: 3)])
  }

  /// Steps of other lengths aren't what a long run is measured against.
  @Test func ratiosAreOfEqualSteps() throws {
    let all = try records(.fashion64CrossEntropy, [1: 0.6]) + records(.fashion64Image.trained(for: 2400), [1: 0.5])
    #expect(TablePlan.table2.make(all).rows[1][6] == .missing)
  }

  /// What is known of other validation images is said under the tables whose rows it is about.
  @Test func otherImagesAreSaid() throws {
    let all = try records(.fashion32CrossEntropy, [1: 0.8])
    let images = ValidationImages([
      .init(
        row: "fashion32/ce", seed: 1, data: "v", fingerprint: "f",
        mIoU: .init(mean: 0.8, lower: 0.78, upper: 0.81, count: 9),
        ratio: nil),
      .init(
        row: "camvid/ce", seed: 1, data: "v", fingerprint: "f",
        mIoU: .init(mean: 0.4, lower: 0.3, upper: 0.5, count: 9),
        ratio: nil),
    ])
    let notes = try #require(TablePlan.table1.table(of: all, images: images)).notes
    #expect(notes.last?.hasSuffix("fashion32/ce, seed 1: 0.800 [0.780, 0.810].") == true)
    #expect(try #require(TablePlan.table1.table(of: all)).notes.count == notes.count - 1)
  }

  /// The text of a record can't leave its place.
  @Test func namesFromFilesAreInert() throws {
    let record = try syntheticRecord(.folderPixel, seed: 1, mIoU: 1, commit: "<b>|x", cpu: "$\\evil$ [a](b)")
    let table = Table(name: "t", caption: "c", columns: ["A"], rows: [], notes: [provenanceNote([record])])
    #expect(table.markdown.contains("Commit \\<b\\>\\|x; $\\\\evil$ \\[a\\](b), 2 threads."))
    #expect(table.latex.contains("\\$\\textbackslash{}evil\\$"))
  }
}
