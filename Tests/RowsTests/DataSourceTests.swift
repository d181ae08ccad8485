import Datasets
import Foundation
import TestSupport
import Testing

@testable import Rows

@Suite struct DataSourceTests {
  @Test func aFolderIsWhereItWasSaid() {
    var source = DataSource.folder("camvid")
    #expect(source.resolvedDirectory.hasSuffix("/camvid"))
    source.directory = "elsewhere"
    #expect(source.resolvedDirectory == "elsewhere")
  }

  @Test func theFolderRowNeedsAFolder() {
    let error = inputError { try DataSource.folder("folder").load() }
    #expect(error.found == "no folder" && error.expected == "--data DIR")
  }

  @Test func splitsAreThoseAskedFor() throws {
    let folder = try rectangleFolder()
    try folder.write("frame0\nframe1\n", to: "few.txt")
    var source = DataSource.folder("folder")
    (source.directory, source.trainSplit, source.validationSplit) = (folder.path, "val", "few")
    let splits = try source.load()
    #expect(splits.train.count == 2 && splits.tuning.count == 1 && splits.validation.count == 2)
    source.validationSplit = "fev"
    #expect(inputError { try source.load() }.advice.contains("few"))
    source.validationSplit = "val"
    source.remap = "voc8"
    #expect(inputError { try source.load() }.advice.contains("voc7"))
  }

  private static let hasGarments = FileManager.default.fileExists(
    atPath: "\(FashionScenes.defaultDirectory)/train-images-idx3-ubyte.gz")

  @Test(.enabled(if: hasGarments, "needs Debian's dataset-fashion-mnist or RSS_FASHION_MNIST"))
  func scenes() throws {
    #expect(try DataSource.fashion32.load().train.classes.count == 6)
    #expect(try DataSource.fashion64.load().train.classes.count == 11)
  }

  @Test func withoutTrainingLabels() throws {
    let folder = try rectangleFolder()
    var source = DataSource.folder("folder")
    source.directory = folder.path
    let labelled = try source.load()
    for id in 0..<12 { try folder.remove("labels/frame\(id).png") }
    #expect(inputError { try source.load() }.found.hasPrefix("no such file"))
    let splits = try source.loadWithoutTrainingLabels()
    #expect(splits.labelledTrain == nil && splits.train.count == labelled.train.count)
    #expect(splits.validation.fingerprint == labelled.validation.fingerprint)
    source.directory = nil
    #expect(inputError { try source.loadWithoutTrainingLabels() }.expected == "--data DIR")
  }

  @Test(.enabled(if: hasGarments, "needs Debian's dataset-fashion-mnist or RSS_FASHION_MNIST"))
  func scenesWithoutTrainingLabels() throws {
    let (labelled, splits) = (try DataSource.fashion32.load(), try DataSource.fashion32.loadWithoutTrainingLabels())
    #expect(splits.labelledTrain == nil && splits.train.count == 4000)
    for index in [0, 3999] {
      #expect(try splits.train.image(at: index) == labelled.train.image(at: index))
    }
  }
}
