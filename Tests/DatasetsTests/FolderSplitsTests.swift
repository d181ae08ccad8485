import Support
import Testing

@testable import Datasets

@Suite struct FolderSplitsTests {
  private func identifiers(_ dataset: any ImageDataset) -> [String] { (0..<dataset.count).map(dataset.identifier) }

  @Test func tuningIsEveryTenthOfTraining() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder)
    let splits = try FolderDataset.splits(directory: folder.path)
    #expect(identifiers(splits.tuning) == ["frame9", "frame19"])
    #expect(splits.train.count == 23 && !identifiers(splits.train).contains("frame9"))
    #expect(splits.validation.count == 3 && splits.backgroundClass == nil)
    #expect(splits.tuning.name.hasSuffix("/tuning") && splits.train.name.hasSuffix("/train"))
    // frame19 begins with class 19 % 3
    #expect(try splits.tuningLabels(for: "a test").sample(at: 1).labels.classes.first == 1)
    #expect(Set([splits.train.fingerprint, splits.tuning.fingerprint, splits.validation.fingerprint]).count == 3)
  }

  @Test func aTuningSplitOfItsOwnIsUsed() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder)
    try folder.write("frame25\n", to: "tuning.txt")
    try folder.write("frame26\n", to: "val.txt")
    let splits = try FolderDataset.splits(directory: folder.path)
    #expect(identifiers(splits.tuning) == ["frame25"] && splits.train.count == 25)
  }

  @Test func fewIdsKeepTheLastForTuning() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder, train: 3)
    let splits = try FolderDataset.splits(directory: folder.path)
    #expect(identifiers(splits.train) == ["frame0", "frame1"] && identifiers(splits.tuning) == ["frame2"])
  }

  @Test func aSingleIdCannotBeCut() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder, train: 1)
    #expect(inputError { try FolderDataset.splits(directory: folder.path) }.found == "a single id")
  }

  @Test func backgroundByName() {
    #expect(DatasetSplits.backgroundClass(in: ["sky", "Background"]) == 1)
    #expect(DatasetSplits.backgroundClass(in: ["null", "hat"]) == 0)
    #expect(DatasetSplits.backgroundClass(in: ["sky", "road"]) == nil)
  }
}
