import Foundation
import Images
import Support
import Testing

@testable import Datasets

@Suite struct FolderExportTests {
  private func identifiers(_ dataset: any ImageDataset) -> [String] { (0..<dataset.count).map(dataset.identifier) }

  private func scenes() throws -> DatasetSplits {
    let source = try TemporaryFolder()
    try writeFashion(source)
    let preset = FashionScenes.Preset(
      name: "tiny", size: 16, garmentSize: 8, garmentClasses: [1, 3], train: 5, validation: 3, tuning: 2)
    return try FashionScenes.load(preset, directory: source.path)
  }

  @Test func scenesAsAFolder() throws {
    let splits = try scenes()
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/out/scenes/"
    let counts = try FolderExport(palette: grey).write(splits, to: path)
    #expect(counts.map(\.split) == ["train", "tuning", "val"] && counts.map(\.count) == [5, 2, 3])
    #expect(FolderVerification.verify(directory: path).problems.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/out") == ["scenes"])
    let back = try FolderDataset.splits(directory: path, channels: 1)
    #expect(back.train.classes == splits.train.classes && back.backgroundClass == 0)
    for (written, original) in try [
      (back.trainingLabels(for: "a test"), splits.trainingLabels(for: "a test")),
      (back.tuningLabels(for: "a test"), splits.tuningLabels(for: "a test")), (back.validation, splits.validation),
    ] {
      #expect(identifiers(written) == identifiers(original))
      for index in 0..<original.count {
        let (a, b) = (try written.sample(at: index), try original.sample(at: index))
        #expect(a.labels == b.labels)
        #expect(zip(a.image.values, b.image.values).allSatisfy { abs($0 - $1) <= 0.5 / 255 + 1e-6 })
      }
    }
    let source = try String(contentsOfFile: "\(path)/SOURCE.txt", encoding: .utf8)
    #expect(source.contains("tiny/train \(splits.train.fingerprint)\n"))
  }

  @Test func aFolderKeepsItsValues() throws {
    let folderBefore = try TemporaryFolder()
    try writeFolder(folderBefore)
    let original = try FolderDataset.splits(directory: folderBefore.path)
    let folder = try TemporaryFolder()
    try FolderExport(palette: grey).write(original, to: folder.path)
    let back = try FolderDataset.splits(directory: folder.path)
    #expect(back.train.count == 23 && back.tuning.count == 2 && back.validation.count == 3)
    let (written, source) = try (back.trainingLabels(for: "a test"), original.trainingLabels(for: "a test"))
    for index in 0..<23 { #expect(try written.sample(at: index) == source.sample(at: index)) }
  }

  @Test func aLimitTakesTheFirstOfEachSplit() throws {
    let splits = try scenes()
    let folder = try TemporaryFolder()
    let counts = try FolderExport(limit: 2, palette: []).write(splits, to: folder.path)
    #expect(counts.map(\.count) == [2, 2, 2])
    let train = try FolderDataset(directory: folder.path, split: "train")
    #expect(identifiers(train) == ["train-scene-0", "train-scene-1"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/images").count == 6)
    #expect(FolderVerification.verify(directory: folder.path).problems.isEmpty)
    for limit in [0, -3] {
      #expect(inputError { try FolderExport(limit: limit, palette: []) }.subject == "--limit")
    }
  }

  @Test func nothingIsReplaced() throws {
    let splits = try scenes()
    let folder = try TemporaryFolder()
    try folder.write("mine", to: "notes.txt")
    let full = inputError { try FolderExport(palette: grey).write(splits, to: folder.path) }
    #expect(full.subject == folder.path && full.found == "a folder with 1 things in it, such as notes.txt")
    let file = inputError { try FolderExport(palette: grey).write(splits, to: "\(folder.path)/notes.txt") }
    #expect(file.found == "a file")
    let under = inputError { try FolderExport(palette: grey).write(splits, to: "\(folder.path)/notes.txt/x") }
    #expect(under.found == "a folder that can't be made (Not a directory)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["notes.txt"])
  }

  @Test func aSampleThatCanNotBeReadLeavesNothing() throws {
    let source = try TemporaryFolder()
    try writeFolder(source)
    try source.write("no PNG", to: "images/frame27.png")
    let splits = try FolderDataset.splits(directory: source.path)
    let folder = try TemporaryFolder()
    let error = inputError { try FolderExport(palette: grey).write(splits, to: "\(folder.path)/out") }
    #expect(error.subject.hasSuffix("images/frame27.png"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test func aSampleOfTwoSplits() throws {
    let source = try TemporaryFolder()
    try writeFolder(source)
    try source.write("frame26\nframe0\n", to: "val.txt")
    let splits = try FolderDataset.splits(directory: source.path)
    let folder = try TemporaryFolder()
    let error = inputError { try FolderExport(palette: grey).write(splits, to: "\(folder.path)/out") }
    #expect(error.found == "a second sample called frame0" && error.subject.hasSuffix("/val"))
  }
}
