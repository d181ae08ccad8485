import Foundation
import Images
import Support
import Testing

@testable import Datasets

@Suite struct FolderVerificationTests {
  @Test func aSoundFolder() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder)
    try folder.write("frame0 1 2\n", to: "image_labels.txt")
    try PNG.write(Image(width: 2, height: 2, channels: 3, fill: 0), to: "\(folder.path)/images/spare.png")
    let report = FolderVerification.verify(directory: folder.path)
    #expect(report.problems.isEmpty && report.classes == ["sky", "road", "car"])
    #expect(report.splits.map(\.name) == ["train", "val"] && report.unlistedImages == 1)
    let train = try #require(report.splits.first)
    #expect(train.count == 25 && train.readable == 25 && train.widths == 6...6 && train.heights == 4...4)
    #expect(train.classPixels == [200, 200, 200] && train.voidShare == 0)
    #expect(train.classShares.allSatisfy { abs($0 - 1.0 / 3) < 1e-12 })
  }

  @Test func everyProblemIsReported() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder)
    var labels = LabelMap(width: 6, height: 4, fill: 255)
    try PNG.write(labels, palette: grey, to: "\(folder.path)/labels/frame0.png")
    labels.classes[5] = 9
    try PNG.write(labels, palette: grey, to: "\(folder.path)/labels/frame1.png")
    try PNG.write(LabelMap(width: 2, height: 4, fill: 0), palette: grey, to: "\(folder.path)/labels/frame2.png")
    try folder.remove("labels/frame3.png")
    try folder.remove("images/frame4.png")
    try folder.write("broken", to: "images/frame5.png")
    try folder.write("frame6\nframe6\n", to: "extra.txt")
    try folder.write("frame25\nframe7\n", to: "val.txt")
    let report = FolderVerification.verify(directory: folder.path)
    let subjects = report.problems.map { String($0.subject.dropFirst(folder.path.count + 1)) }
    #expect(
      Set(subjects) == [
        "extra.txt line 2", "val.txt", "labels/frame1.png", "labels/frame2.png", "labels/frame3.png",
        "images/frame4.png", "images/frame5.png",
      ])
    #expect(subjects.count == 7)
    let train = try #require(report.splits.first { $0.name == "train" })
    #expect(train.count == 25 && train.readable == 20 && train.voidPixels == 24)
  }

  @Test func aFaultyClassListDoesNotHideTheRest() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder)
    try folder.write("0 sky\n5 road\n", to: "classes.txt")
    try folder.remove("labels/frame3.png")
    let report = FolderVerification.verify(directory: folder.path)
    #expect(report.problems.count == 2 && report.classes.isEmpty && report.splits.count == 2)
  }

  @Test func noFolder() {
    let report = FolderVerification.verify(directory: "/nowhere")
    #expect(report.problems.count == 1 && report.splits.isEmpty)
  }

  @Test func anEmptyFolder() throws {
    let folder = try TemporaryFolder()
    let found = FolderVerification.verify(directory: folder.path).problems.map(\.found)
    #expect(found == ["no such file", "no split", "no such folder"])
  }

  @Test func aSplitWithoutPixels() {
    let split = FolderVerification.Split(
      name: "a", count: 1, readable: 0, widths: nil, heights: nil, classPixels: [0, 0], voidPixels: 0)
    #expect(split.classShares == [0, 0] && split.voidShare == 0)
  }
}
