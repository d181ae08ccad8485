import Foundation
import Images
import Support
import Testing

@testable import Datasets

@Suite struct UnlabelledDatasetTests {
  private func identifiers(_ dataset: any Dataset) -> [String] { (0..<dataset.count).map(dataset.identifier) }

  @Test func theImagesOfALabelledSplitWithoutItsLabels() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder)
    let labelled = try FolderDataset(directory: folder.path, split: "train")
    let images = try UnlabelledDataset(directory: folder.path, split: "train")
    #expect(images.name == labelled.name && images.classes == labelled.classes && images.channels == 3)
    #expect(identifiers(images) == identifiers(labelled))
    for index in [0, 7, 24] {
      let sample = try images.sample(at: index)
      #expect(sample.image == (try labelled.sample(at: index)).image)
      #expect(sample.labels == LabelMap(width: 6, height: 4, fill: 0))
      #expect(try images.size(at: index) == PixelSize(width: 6, height: 4))
    }
    #expect(images.fingerprint.count == 16 && images.fingerprint != labelled.fingerprint)
  }

  @Test func labelFilesNeedNotBeThere() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder)
    let before = try UnlabelledDataset(directory: folder.path, split: "train").fingerprint
    try folder.remove("labels")
    let images = try UnlabelledDataset(directory: folder.path, split: "train")
    #expect(images.count == 25 && images.fingerprint == before)
    #expect(try images.sample(at: 3).labels.classes.allSatisfy { $0 == 0 })
  }

  /// A batch tells image from padding and nothing else.
  @Test func aBatchHasZeroAndVoid() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder)
    let loader = BatchLoader(
      dataset: try UnlabelledDataset(directory: folder.path, split: "train"), batchSize: 2, height: 8, width: 8,
      normalization: .identity(channels: 3), augmentation: .none, seed: 1)
    let labels = try loader.batch(at: 0).labels
    #expect(labels.count { $0 == 0 } == 2 * 6 * 4 && labels.count { $0 == 255 } == 2 * (64 - 24))
  }

  @Test func imagesAndClassesAreCheckedAllTheSame() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder)
    try folder.remove("images/frame3.png")
    let missing = inputError { try UnlabelledDataset(directory: folder.path, split: "train") }
    #expect(missing.subject.hasSuffix("images/frame3.png") && missing.found == "no such file")
    let map = ClassMap(name: "m", kept: ["boat"])
    let unknown = inputError { try UnlabelledDataset(directory: folder.path, split: "val", remap: map) }
    #expect(unknown.found == "no class `boat`")
    let mapped = try UnlabelledDataset(
      directory: folder.path, split: "val", remap: ClassMap(name: "m", kept: ["car", "sky"]))
    #expect(mapped.name == "m/val" && mapped.classes == ["car", "sky"])
  }

  @Test func droppingLabelsOfADataSetInMemory() throws {
    let samples = (0..<3).map { encodedSample(width: 4, height: 3, channels: 1, first: $0) }
    let labelled = InMemoryDataset(name: "a/train", classes: ["a", "b", "c", "d"], samples: samples)
    let images = try UnlabelledDataset(droppingLabelsOf: labelled)
    #expect(identifiers(images) == ["sample-0", "sample-1", "sample-2"])
    #expect(images.name == "a/train" && images.classes == labelled.classes && images.channels == 1)
    #expect(images.fingerprint == labelled.fingerprint)
    for (index, sample) in samples.enumerated() {
      #expect(try images.sample(at: index).image == sample.image)
      #expect(try images.sample(at: index).labels == LabelMap(width: 4, height: 3, fill: 0))
    }
  }

  /// The same images in training as with labels, so that two runs can be compared.
  @Test func splitsAreThoseOfTheLabelledFolder() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder)
    let labelled = try FolderDataset.splits(directory: folder.path)
    for id in identifiers(labelled.train) + identifiers(labelled.tuning) { try folder.remove("labels/\(id).png") }
    let splits = try UnlabelledDataset.splits(directory: folder.path)
    #expect(identifiers(splits.train) == identifiers(labelled.train) && splits.train.name == labelled.train.name)
    #expect(identifiers(splits.tuning) == identifiers(labelled.tuning) && splits.tuning is UnlabelledDataset)
    #expect(splits.train is UnlabelledDataset && splits.validation is FolderDataset)
    #expect(try splits.train.sample(at: 22).image.width == 6)
    #expect(splits.validation.fingerprint == labelled.validation.fingerprint)
    #expect(splits.backgroundClass == labelled.backgroundClass)
  }

  @Test func tuningOfItsOwnKeepsItsLabels() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder)
    try folder.write("frame26\n", to: "tuning.txt")
    try folder.write("frame25\n", to: "val.txt")
    let splits = try UnlabelledDataset.splits(directory: folder.path)
    #expect(splits.tuning is FolderDataset && splits.train.count == 25)
  }
}
