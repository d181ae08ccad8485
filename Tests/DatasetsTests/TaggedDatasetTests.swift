import Foundation
import Images
import Support
import Testing

@testable import Datasets

@Suite struct TaggedDatasetTests {
  private func dataset() -> InMemoryDataset {
    let samples = [[0, 2, 2, 255], [0, 0, 0, 255], [1, 1, 2, 0]].map { classes in
      Sample(
        image: Image(width: 2, height: 2, channels: 1, values: classes.map { Float($0) / 255 }),
        labels: LabelMap(width: 2, height: 2, classes: classes.map(UInt8.init)))
    }
    return InMemoryDataset(name: "toy/train", classes: ["sky", "cat", "dog"], samples: samples)
  }

  @Test func tagsAreTheClassesOfThePixels() throws {
    let tagged = try TaggedDataset(tagging: dataset(), background: 0)
    #expect(tagged.tags == [[2], [], [1, 2]] && tagged.tagClasses == [1, 2] && tagged.tagCount == 3)
    let other = try TaggedDataset(tagging: dataset(), background: 1)
    #expect(other.tags == [[0, 2], [0], [0, 2]] && other.tagClasses == [0, 2])
  }

  /// What is left of a label map is its tags: the images that a learner gets have no labels to ask for.
  @Test func noLabelIsLeft() throws {
    let tagged = try TaggedDataset(tagging: dataset(), background: 0)
    for index in 0..<3 {
      #expect(try tagged.image(at: index) == dataset().sample(at: index).image)
      #expect(!(tagged.images is any LabelledDataset))
    }
  }

  /// With tags in a file, the label files of the training split needn't be there.
  @Test func tagsFromAFileNeedNoLabels() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("images")
    try folder.write("0 background\n1 cat\n2 dog\n", to: "classes.txt")
    try folder.write("a\nb\n", to: "train.txt")
    try folder.write("a 2\nb 1 2\nc\n", to: TagFile.fileName)
    for id in ["a", "b"] {
      try PNG.write(Image(width: 3, height: 2, channels: 3, fill: 0.5), to: "\(folder.path)/images/\(id).png")
    }
    let images = try UnlabelledDataset(directory: folder.path, split: "train")
    let tagged = try TaggedDataset(images, tags: TagFile(directory: folder.path), background: 0)
    #expect(tagged.tags == [[2], [1, 2]] && tagged.classes == ["background", "cat", "dog"])
    #expect(try tagged.image(at: 1).width == 3)
    try folder.write("a 2\n", to: TagFile.fileName)
    let file = try TagFile(directory: folder.path)
    #expect(throws: InputError.self) { try TaggedDataset(images, tags: file, background: 0) }
  }
}
