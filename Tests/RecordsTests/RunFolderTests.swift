import Foundation
import Rows
import Testing

@testable import Records

@Suite struct RunFolderTests {
  private func folder(_ row: Row, _ settings: [String] = [], program: String? = nil) throws -> String {
    try runFolder(of: row.applying(settings), seed: 1, rewardCommand: program)
  }

  @Test func aRowAsItIs() throws {
    #expect(try folder(.fashion32Image) == "runs/fashion32-image-1")
    #expect(try folder(.fashion32Image, ["steps=500"]) == "runs/fashion32-image-1")
    #expect(runFolder(of: "fashion32/image", seed: 3, under: "x") == "x/fashion32-image-3")
  }

  @Test func changedSettingsAreMarked() throws {
    #expect(try folder(.fashion32Image, ["steps=1000"]) == "runs/fashion32-image-1-steps1000")
    #expect(try folder(.fashion32Image, ["steps=1000", "maps=8"]) == "runs/fashion32-image-1-maps8-steps1000")
    #expect(try folder(.fashion32Image, ["maps=8", "steps=1000"]) == "runs/fashion32-image-1-maps8-steps1000")
    #expect(try folder(.fashion32Image, ["size=64x32"]) == "runs/fashion32-image-1-size64x32")
    #expect(try folder(.fashion32Image, program: "cat /etc/passwd") == "runs/fashion32-image-1-program")
    #expect(try folder(.fashion32CAM, ["seeds=gradcam"]) == "runs/fashion32-cam-1-seedsgradcam")
  }

  /// Long marks become six digits, other ones for other settings, the same ones each time.
  @Test func longMarksAreShortened() throws {
    let settings = ["scales=8:0.1,16:0.2,full", "steps=1000", "maps=8", "learningRate=0.001"]
    let long = try folder(.fashion32Image, settings)
    let mark = try #require(long.split(separator: "-").last)
    #expect(long.hasPrefix("runs/fashion32-image-1-") && mark.count == 6 && mark.allSatisfy(\.isHexDigit))
    #expect(try folder(.fashion32Image, settings) == long)
    #expect(try folder(.fashion32Image, settings.dropLast() + ["learningRate=0.002"]) != long)
  }

  /// Folder rows carry the name of what they read, whatever it is.
  @Test func folderRowsCarryTheirFoldersName() throws {
    func folder(_ directory: String) throws -> String {
      var row = Row.folderCrossEntropy
      row.data.directory = directory
      return try runFolder(of: row, seed: 1)
    }
    #expect(try folder("/data/camvid2") == "runs/camvid2-ce-1" && folder("data/camvid2/") == "runs/camvid2-ce-1")
    #expect(try folder("/data/my photos;rm") == "runs/my_photos_rm-ce-1")
    #expect(try folder("/") == "runs/folder-ce-1")
    var row = Row.folderCrossEntropy
    (row.data.directory, row.data.validationSplit) = ("/data/a", "test")
    #expect(try runFolder(of: row, seed: 2) == "runs/a-ce-2-validationSplittest")
  }
}
