import Foundation
import Images
import Support
import Testing

@testable import Datasets

@Suite struct UnlabelledDatasetTests {
  private func identifiers(_ dataset: any ImageDataset) -> [String] { (0..<dataset.count).map(dataset.identifier) }

  @Test func theImagesOfALabelledSplitWithoutItsLabels() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder)
    let labelled = try FolderDataset(directory: folder.path, split: "train")
    let images = try UnlabelledDataset(directory: folder.path, split: "train")
    #expect(images.name == labelled.name && images.classes == labelled.classes && images.channels == 3)
    #expect(identifiers(images) == identifiers(labelled))
    for index in [0, 7, 24] {
      #expect(try images.image(at: index) == labelled.sample(at: index).image)
      #expect(try images.size(at: index) == PixelSize(width: 6, height: 4))
    }
    #expect(images.fingerprint.count == 64 && images.fingerprint != labelled.fingerprint)
  }

  @Test func labelFilesNeedNotBeThere() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder)
    let before = try UnlabelledDataset(directory: folder.path, split: "train").fingerprint
    try folder.remove("labels")
    let images = try UnlabelledDataset(directory: folder.path, split: "train")
    #expect(images.count == 25 && images.fingerprint == before)
    #expect(try images.image(at: 3).width == 6)
  }

  /// A batch tells image from padding and nothing else.
  @Test func aBatchKnowsItsPadding() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder)
    let loader = BatchLoader(
      dataset: try UnlabelledDataset(directory: folder.path, split: "train"), batchSize: 2, height: 8, width: 8,
      normalization: .identity(channels: 3), augmentation: .none, seed: 1)
    let void = try loader.batch(at: 0).void
    #expect(void.bytes.count { $0 == 0 } == 2 * 6 * 4 && void.count == 2 * 64)
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
      #expect(try images.image(at: index) == sample.image)
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
    #expect(identifiers(splits.tuning) == identifiers(labelled.tuning) && splits.labelledTuning == nil)
    #expect(splits.labelledTrain == nil && splits.validation is FolderDataset)
    #expect(try splits.train.image(at: 22).width == 6)
    #expect(splits.validation.fingerprint == labelled.validation.fingerprint)
    #expect(splits.backgroundClass == labelled.backgroundClass)
  }

  @Test func tuningOfItsOwnKeepsItsLabels() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder)
    try folder.write("frame26\n", to: "tuning.txt")
    try folder.write("frame25\n", to: "val.txt")
    let splits = try UnlabelledDataset.splits(directory: folder.path)
    #expect(splits.labelledTuning is FolderDataset && splits.train.count == 25)
  }

  /// Whoever can't do without labels is told so; never are they all class 0.
  @Test func labelsThatAreNotThereAreAskedForInVain() throws {
    let samples = [encodedSample(width: 4, height: 3, channels: 1)]
    let labelled = InMemoryDataset(name: "a/train", classes: ["a", "b", "c", "d"], samples: samples)
    let all = DatasetSplits(train: labelled, tuning: labelled, validation: labelled, backgroundClass: nil)
    #expect(try all.trainingLabels(for: "cross-entropy").count == 1)
    let images = all.learning(fromImages: try UnlabelledDataset(droppingLabelsOf: labelled))
    let error = inputError { try images.trainingLabels(for: "cross-entropy") }
    #expect(error.subject == "a/train" && error.found == "images without labels")
    #expect(error.expected.contains("cross-entropy") && images.labelledTuning != nil)
  }
}
