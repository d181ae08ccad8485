import Foundation
import Rows
import TestSupport
import Testing

@testable import Records

@Suite struct RecordArchiveTests {
  @Test func readsWhatIsThere() throws {
    let folder = try TemporaryFolder()
    for (name, seed) in [("a-2", 2), ("a-1", 1)] as [(String, UInt64)] {
      try folder.makeFolder(name)
      try syntheticRecord(.fashion32Image, seed: seed, mIoU: 0.5).write(to: "\(folder.path)/\(name)/run.json")
      try folder.write("{\"mIoU\":0.5,\"queries\":0,\"seconds\":2,\"step\":20}\n{\"mIo", to: "\(name)/metrics.jsonl")
    }
    try folder.makeFolder("unfinished")
    let archive = try RecordArchive(contentsOf: folder.path)
    #expect(archive.runs.map(\.record.seed) == [1, 2] && archive.runs.allSatisfy { $0.lines.count == 1 })
    #expect(archive.warnings.count == 2 && archive.warnings.allSatisfy { $0.contains("isn't finished") })
    #expect(archive.runs(of: .fashion32Image).count == 2 && archive.runs(of: .fashion32CrossEntropy).isEmpty)
  }

  @Test func anotherFormatAndAMissingCurveAreSaid() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("new")
    try folder.write("{\"format\": 99}", to: "new/run.json")
    try folder.makeFolder("bare")
    try syntheticRecord(.fashion32Image, seed: 1, mIoU: 0.5).write(to: "\(folder.path)/bare/run.json")
    let archive = try RecordArchive(contentsOf: folder.path)
    #expect(archive.runs.count == 1)
    #expect(archive.warnings.contains { $0.contains("format 99") && $0.contains("new/run.json") })
    #expect(archive.warnings.contains { $0.contains("no curve") })
  }

  @Test func runsWithARewardProgramAreNotTheRows() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("a")
    var record = try syntheticRecord(.fashion32Image, seed: 1, mIoU: 0.5)
    record.rewardCommand = "cat"
    try record.write(to: "\(folder.path)/a/run.json")
    let archive = try RecordArchive(contentsOf: folder.path)
    #expect(archive.runs.isEmpty && archive.warnings.isEmpty)
  }

  /// A run with other settings says nothing about its row, and one run twice is one.
  @Test func runsThatAreNotTheRowsAreLeftOutAndNamed() throws {
    let folder = try TemporaryFolder()
    func add(_ name: String, _ row: Row) throws {
      try folder.makeFolder(name)
      try syntheticRecord(row, seed: 1, mIoU: 0.5).write(to: "\(folder.path)/\(name)/run.json")
    }
    var short = Row.fashion32Image
    short.recipe.steps = 20
    var tuned = Row.fashion32CAM
    tuned.weak?.threshold = 0.3
    var own = Row.folderImage
    own.recipe.maps = 5
    var other = own
    other.recipe.maps = 6
    var elsewhere = Row.camvidImage
    elsewhere.data.directory = "/data/camvid"
    var tested = Row.camvidImage
    tested.data.validationSplit = "test"
    try add("a", .fashion32Image)
    try add("b", short)
    try add("c", .fashion32Image)
    try add("d", tuned)
    try add("e", own)
    try add("f", other)
    try add("g", tested)
    try add("h", elsewhere)
    let archive = try RecordArchive(contentsOf: folder.path)
    #expect(Set(archive.runs.map(\.folder)) == Set(["a", "e", "f", "h"].map { "\(folder.path)/\($0)" }))
    let reasons = archive.warnings.filter { $0.hasSuffix("It is left out.") }
    #expect(reasons.count == 4)
    #expect(reasons[0].contains("b/run.json: not what its row does: recipe.steps 20 instead of 500"))
    #expect(reasons[1].contains("c/run.json: row fashion32/image and seed 1 are those of \(folder.path)/a"))
    #expect(
      reasons[2].contains("weak.threshold 0.3") && reasons[3].contains("data.validationSplit test instead of val"))
  }

  @Test func dataInTheOrderOfTheRows() throws {
    let archive = RecordArchive(
      try [Row.camvidImage, .fashion64Image, .fashion32Image].map { try syntheticRun($0, seed: 1, mIoU: 0.5) })
    #expect(archive.dataNames == ["fashion32", "fashion64", "camvid"])
    #expect(RecordArchive().dataNames.isEmpty)
    #expect(inputError { try RecordArchive(contentsOf: "/nonexistent") }.found == "no readable folder")
  }

  /// Rows that are compared keep the seeds that all of them have on a data set, and no other row's runs are among them.
  @Test func comparedRowsHaveTheSameSeeds() throws {
    func runs(_ row: Row, _ seeds: [UInt64]) throws -> [RecordedRun] {
      try seeds.map { try syntheticRun(row, seed: $0, mIoU: 0.5) }
    }
    let archive = RecordArchive(
      try runs(.fashion32CrossEntropy, [1, 2, 3, 4]) + runs(.fashion32Image, [2, 3, 5]) + runs(.fashion32Pixel, [9])
        + runs(.fashion64Image, [7, 8]))
    let compared = archive.comparable([.fashion32CrossEntropy, .fashion32Image, .fashion32ImageNaive, .fashion64Image])
    #expect(compared.runs(of: .fashion32CrossEntropy).map(\.record.seed) == [2, 3])
    #expect(compared.runs(of: .fashion32Image).map(\.record.seed) == [2, 3])
    #expect(compared.runs(of: .fashion64Image).map(\.record.seed) == [7, 8])
    #expect(compared.runs(of: .fashion32Pixel).isEmpty && compared.runs(of: nil).isEmpty)
    // Rows that share no seed can't be compared by seeds; they keep their runs.
    #expect(archive.comparable([.fashion32Image, .fashion32Pixel]).runs.count == 4)
    #expect(archive.comparable([]).runs.isEmpty)
  }
}
