import Foundation
import Images
import Support
import Testing

@testable import Datasets

@Suite struct FolderDatasetTests {
  private func folder(_ change: (TemporaryFolder) throws -> Void = { _ in }) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try writeFolder(folder)
    try change(folder)
    return folder
  }

  /// The error of opening a split of a folder that was changed.
  private func failure(split: String = "train", _ change: (TemporaryFolder) throws -> Void) throws -> InputError {
    let folder = try folder(change)
    return inputError { try FolderDataset(directory: folder.path, split: split) }
  }

  @Test func readsASplit() throws {
    let folder = try folder()
    let dataset = try FolderDataset(directory: folder.path, split: "train")
    #expect(dataset.name.hasSuffix("/train") && dataset.name.hasPrefix("rss-"))
    #expect(dataset.classes == ["sky", "road", "car"] && dataset.channels == 3 && dataset.count == 25)
    #expect(dataset.identifier(at: 4) == "frame4")
    let sample = try dataset.sample(at: 4)
    #expect(sample.labels == encodedSample(width: 6, height: 4, channels: 3, first: 4, classes: 3).labels)
    #expect(try dataset.size(at: 4) == PixelSize(width: 6, height: 4))
    #expect(try dataset.sample(at: 4) == sample)
  }

  @Test func blankLinesAndWhiteSpaceInASplit() throws {
    let folder = try folder()
    let dataset = try FolderDataset(directory: folder.path, split: "val")
    #expect((0..<dataset.count).map(dataset.identifier) == ["frame25", "frame26", "frame27"])
  }

  @Test func channelsAreConvertedOrDetected() throws {
    let folder = try folder()
    #expect(try FolderDataset(directory: folder.path, split: "val", channels: nil).channels == 3)
    let grey = try FolderDataset(directory: folder.path, split: "val", channels: 1)
    #expect(try grey.sample(at: 0).image.channels == 1)
  }

  @Test func otherImageExtensionsAreFound() throws {
    let folder = try folder {
      try FileManager.default.moveItem(
        atPath: "\($0.path)/images/frame3.png", toPath: "\($0.path)/images/frame3.jpg")
    }
    #expect(try FolderDataset(directory: folder.path, split: "train").sample(at: 3).image.width == 6)
  }

  @Test func missingFolder() {
    let error = inputError { try FolderDataset(directory: "/nowhere/camvid", split: "train") }
    #expect(error.subject == "/nowhere/camvid" && error.found == "no such folder")
    #expect(error.advice.contains("data-scripts"))
  }

  @Test func aFileInsteadOfAFolder() throws {
    let folder = try folder()
    let error = inputError { try FolderDataset(directory: "\(folder.path)/train.txt", split: "train") }
    #expect(error.found == "a file, not a folder")
  }

  @Test(.enabled(if: getuid() != 0, "the superuser can read every folder")) func unreadableFolder() throws {
    let folder = try folder()
    let labels = "\(folder.path)/labels"
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: labels)
    defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: labels) }
    let error = inputError { try FolderDataset(directory: folder.path, split: "train") }
    #expect(error.subject == labels && error.found.contains("can't be read"))
  }

  @Test(arguments: ["images", "labels"]) func missingPart(name: String) throws {
    let error = try failure { try $0.remove(name) }
    #expect(error.subject.hasSuffix("/\(name)") && error.found == "no such folder")
  }

  @Test func missingClassList() throws {
    let error = try failure { try $0.remove("classes.txt") }
    #expect(error.subject.hasSuffix("classes.txt") && error.found == "no such file")
  }

  @Test func missingSplitNamesTheNearest() throws {
    let error = try failure(split: "trian") { try $0.write("id with words\n", to: "SOURCE.txt") }
    #expect(error.found == "no split `trian`")
    #expect(error.expected == "one of the splits train, val")
    #expect(error.advice.hasPrefix("Did you mean train?"))
  }

  @Test func emptySplit() throws {
    let error = try failure { try $0.write(" \n\n", to: "train.txt") }
    #expect(error.subject.hasSuffix("train.txt") && error.found == "no id")
  }

  @Test func duplicateIdentifier() throws {
    let error = try failure { try $0.write("frame1\nframe2\nframe1\n", to: "train.txt") }
    #expect(error.subject.hasSuffix("train.txt line 3") && error.found == "frame1 again, as in line 1")
  }

  @Test(arguments: ["images/a.png labels/a.png", "images/frame1"]) func linesThatAreNoIdentifier(line: String) throws {
    let error = try failure { try $0.write("frame1\n\(line)\n", to: "train.txt") }
    #expect(error.subject.hasSuffix("train.txt line 2") && error.found == "`\(line)`")
  }

  @Test func missingLabel() throws {
    let error = try failure { try $0.remove("labels/frame7.png") }
    #expect(error.subject.hasSuffix("labels/frame7.png") && error.found == "no such file")
  }

  @Test func missingImages() throws {
    let error = try failure {
      try $0.remove("images/frame7.png")
      try $0.remove("images/frame9.png")
    }
    #expect(error.subject.hasSuffix("images/frame7.png"))
    #expect(error.found == "no such file, and 1 more missing files")
  }

  @Test func labelErrorsSurfaceWhenTheSampleIsRead() throws {
    let folder = try folder {
      var labels = LabelMap(width: 6, height: 4, fill: 0)
      labels.classes[0] = 7
      labels.classes[1] = 7
      labels.classes[2] = 255
      try PNG.write(labels, palette: grey, to: "\($0.path)/labels/frame1.png")
      try PNG.write(LabelMap(width: 5, height: 4, fill: 0), palette: grey, to: "\($0.path)/labels/frame2.png")
      let colours = Image(width: 6, height: 4, channels: 3, fill: 0.5)
      try PNG.write(colours, to: "\($0.path)/labels/frame3.png")
      try $0.write("no PNG", to: "labels/frame4.png")
      try $0.write("no PNG", to: "images/frame5.png")
      try $0.write([UInt8](sixteenBitPNG), to: "labels/frame6.png")
    }
    let dataset = try FolderDataset(directory: folder.path, split: "train")
    #expect(try dataset.sample(at: 0).labels.width == 6)
    let unknown = inputError { try dataset.sample(at: 1) }
    #expect(unknown.subject.hasSuffix("labels/frame1.png") && unknown.found == "the class id 7 (on 2 pixels)")
    #expect(unknown.expected.hasPrefix("ids 0...2"))
    let size = inputError { try dataset.sample(at: 2) }
    #expect(size.found == "5x4 pixels" && size.expected.contains("6x4") && size.expected.contains("frame2.png"))
    for index in [3, 4, 6] {
      #expect(inputError { try dataset.sample(at: index) }.subject.hasSuffix("labels/frame\(index).png"))
    }
    #expect(inputError { try dataset.sample(at: 5) }.subject.hasSuffix("images/frame5.png"))
    #expect(inputError { try dataset.size(at: 4) }.found == "no PNG")
  }

  /// 1 x 1 pixel of 16-bit grey, written by Python's zlib and struct after the PNG specification.
  private let sixteenBitPNG =
    Data(
      base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABEAAAAABq7kcWAAAAC0lEQVR4nGNgZAQAAAYAAz+2/6EAAAAASUVORK5CYII=")
    ?? Data()

  @Test func mappedClasses() throws {
    let folder = try folder()
    let map = ClassMap(name: "traffic", kept: ["car", "sky"])
    let dataset = try FolderDataset(directory: folder.path, split: "train", remap: map)
    #expect(dataset.name == "traffic/train" && dataset.classes == ["car", "sky"])
    #expect(try dataset.sample(at: 0).labels.classes.prefix(3) == [1, LabelMap.void, 0])
  }

  @Test func theFingerprintSeesLabelsAndNotTime() throws {
    let folder = try folder()
    func fingerprint(_ map: ClassMap? = nil) throws -> String {
      try FolderDataset(directory: folder.path, split: "train", remap: map).fingerprint
    }
    let first = try fingerprint()
    #expect(first.count == 64)
    #expect(try fingerprint(ClassMap(name: "m", kept: ["car"])) != first)
    let original = LabelMap(width: 6, height: 4, fill: 1)
    try PNG.write(original, palette: grey, to: "\(folder.path)/labels/frame0.png")
    let changed = try fingerprint()
    #expect(changed != first)
    try PNG.write(original, palette: grey, to: "\(folder.path)/labels/frame0.png")
    #expect(try fingerprint() == changed)
  }
}
