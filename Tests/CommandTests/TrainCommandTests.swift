import Foundation
import Glibc
import Images
import Records
import TestSupport
import Testing

@Suite(.enabled(if: RSSProcess.isBuilt, RSSProcess.reason))
struct TrainCommandTests {
  @Test func jsonIsOneLine() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    for row in ["folder/ce", "folder/pixel", "folder/image"] {
      let run = try RSSProcess(trainArguments(data.path, out: "\(runs.path)/a", row: row) + ["--json", "--overwrite"])
      #expect(run.status == 0 && run.ended == .exit, "\(run.errors)")
      let object = try run.object()
      #expect(object["row"] as? String == row && object["steps"] as? Int == 5)
      for key in ["mIoU", "pixelAccuracy"] {
        let score = try #require(object[key] as? Double)
        #expect((0...1).contains(score))
      }
      #expect(try #require(object["seconds"] as? Double) > 0)
      #expect(try #require(object["peakMemoryMB"] as? Double) > 1)
      let record = try RunRecord(contentsOf: "\(runs.path)/a/run.json")
      #expect(try abs(#require(object["mIoU"] as? Double) - #require(record.result.mIoU)) < 1e-12)
      #expect(object["folder"] as? String == "\(runs.path)/a")
    }
  }

  @Test func withoutJSONItIsASummary() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let run = try RSSProcess(trainArguments(data.path, out: "\(runs.path)/a") + ["--quiet", "--seed", "9"])
    #expect(run.output.hasPrefix("folder/ce, seed 9: mIoU 0.") && run.errors.isEmpty)
    #expect(run.output.hasSuffix("Recorded in \(runs.path)/a/\n"))
  }

  @Test func badDataIsRefused() throws {
    let runs = try TemporaryFolder()
    func refuse(_ parts: [String], _ damage: (TemporaryFolder) throws -> Void) throws {
      let data = try rectangleFolder()
      try damage(data)
      try RSSProcess.expectRefusal(trainArguments(data.path, out: "\(runs.path)/a") + ["--json"], saying: parts)
      #expect(!FileManager.default.fileExists(atPath: "\(runs.path)/a/run.json"))
    }
    try refuse(["images/frame0.png"]) { data in
      let whole = try #require(FileManager.default.contents(atPath: "\(data.path)/images/frame0.png"))
      try data.write(whole.prefix(whole.count / 2), to: "images/frame0.png")
    }
    try refuse(["labels/frame1.png", "16"]) { data in
      let goldens = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("ImagesTests/Goldens/grey16.png")
      try data.write(try Data(contentsOf: goldens), to: "labels/frame1.png")
    }
    try refuse(["labels/frame2.png", "the class id 7", "classes.txt"]) { data in
      var labels = LabelMap(width: 13, height: 11, fill: 0)
      labels.classes[4] = 7
      try PNG.write(labels, palette: [], to: "\(data.path)/labels/frame2.png")
    }
    try refuse(["labels/frame3.png", "12x11 pixels", "13x11"]) { data in
      let labels = LabelMap(width: 12, height: 11, fill: 0)
      try PNG.write(labels, palette: [], to: "\(data.path)/labels/frame3.png")
    }
    try refuse(["labels/frame4.png", "no such file"]) { try $0.remove("labels/frame4.png") }
    try refuse(["images/frame4.png", "no such file"]) { try $0.remove("images/frame4.png") }
    try refuse(["train.txt", "no id"]) { try $0.write("\n \n", to: "train.txt") }
    try refuse(["val.txt", "no split"]) { try $0.remove("val.txt") }
    try refuse(["classes.txt", "no such file"]) { try $0.remove("classes.txt") }
    try refuse(["classes.txt"]) { try $0.write("0 a\n0 b\n", to: "classes.txt") }
    // Validation images are read when they are evaluated: the run has begun, and what it recorded stays.
    try refuse(["images/frame14.png"]) { try $0.write("no image", to: "images/frame14.png") }
    _ = try metricsLines("\(runs.path)/a/metrics.jsonl")
  }

  @Test(.enabled(if: getuid() != 0, "the administrator can read every folder"))
  func anUnreadableFolder() throws {
    let data = try rectangleFolder()
    let path = "\(data.path)/images"
    #expect(chmod(path, 0) == 0)
    defer { chmod(path, 0o755) }
    try RSSProcess.expectRefusal(trainArguments(data.path, out: "\(data.path)/run"), saying: [path, "can't be read"])
  }

  @Test func missingFolders() throws {
    try RSSProcess.expectRefusal(
      trainArguments("/nonexistent", out: "run"), saying: ["/nonexistent", "no such folder"])
    try RSSProcess.expectRefusal(["train", "folder/ce"], saying: ["no folder", "--data DIR"])
    try RSSProcess.expectRefusal(
      ["train", "camvid/ce"], environment: ["RSS_DATA": "data"], saying: ["data/camvid", "data-scripts"])
    try RSSProcess.expectRefusal(
      ["train", "fashion32/ce", "--json"], environment: ["RSS_FASHION_MNIST": "/nonexistent"],
      saying: ["/nonexistent", "no such folder", "dataset-fashion-mnist"])
  }

  @Test func aCorruptGzip() throws {
    let folder = try TemporaryFolder()
    for name in ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"] {
      try folder.write("this is no gzip file", to: "\(name)-ubyte.gz")
    }
    try RSSProcess.expectRefusal(
      ["train", "fashion32/ce", "--json"], environment: ["RSS_FASHION_MNIST": folder.path],
      saying: [folder.path, "no valid gzip"])
  }

  @Test func unknownNamesAndBadValues() throws {
    let data = try rectangleFolder()
    func refuse(_ setting: String, _ parts: [String]) throws {
      try RSSProcess.expectRefusal(["train", "folder/ce", "--data", data.path, "--set", setting], saying: parts)
    }
    try RSSProcess.expectRefusal(["train", "fashion32/imge"], saying: ["fashion32/imge", "fashion32/image"])
    try refuse("learnRate=1", ["--set learnRate=1", "learningRate"])
    try refuse("steps=many", ["the value many", "a whole number"])
    try refuse("size=17x16", ["imageWidth", "a multiple of 8"])
    try refuse("steps", ["no ="])
    try refuse("batchSize=4096,size=8192", ["a whole number"])
  }

  /// What ArgumentParser itself refuses: its own status and text, on standard error.
  @Test func misusedOptions() throws {
    for arguments in [
      ["train"], ["train", "folder/ce", "--sed", "1"], ["train", "folder/ce", "--seed", "-1"], ["trian"],
    ] {
      let run = try RSSProcess(arguments)
      #expect(run.ended == .exit && run.status == 64 && run.output.isEmpty && !run.errors.isEmpty)
    }
  }

  @Test func aDivergingRun() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    try RSSProcess.expectRefusal(
      trainArguments(data.path, out: "\(runs.path)/a", steps: 60) + ["--set", "learningRate=1e30"],
      saying: ["not a finite number", "learningRate"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(runs.path)/a") == ["metrics.jsonl"])
  }

  @Test(.enabled(if: SmallDisk.isPossible, Comment(rawValue: SmallDisk.reason)))
  func aDiskThatFillsUpDuringTheRun() throws {
    let data = try rectangleFolder()
    let disk = try #require(SmallDisk())
    try disk.fill(leaving: 8192)  // a page for the lock, one for the lines
    try RSSProcess.expectRefusal(
      trainArguments(data.path, out: "\(disk.path)/run", steps: 100) + ["--set", "evaluations=100"],
      saying: ["metrics.jsonl", "No space left on device"])
    #expect(try metricsLines("\(disk.path)/run/metrics.jsonl").count > 10)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(disk.path)/run") == ["metrics.jsonl"])
  }

  @Test(.enabled(if: SmallDisk.isPossible, Comment(rawValue: SmallDisk.reason)))
  func aDiskTooSmallForTheCheckpoint() throws {
    let data = try rectangleFolder()
    let disk = try #require(SmallDisk())
    try RSSProcess.expectRefusal(
      trainArguments(data.path, out: "\(disk.path)/run") + ["--set", "networkWidth=8"],
      saying: ["checkpoint.safetensors", "No space left on device"])
    #expect(try metricsLines("\(disk.path)/run/metrics.jsonl").last?.mIoU != nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(disk.path)/run") == ["metrics.jsonl"])
  }

  @Test(.enabled(if: SmallDisk.isPossible, Comment(rawValue: SmallDisk.reason)))
  func aReadOnlyDiskKeepsWhatItHas() throws {
    let data = try rectangleFolder()
    let disk = try #require(SmallDisk())
    let run = try RSSProcess(trainArguments(data.path, out: "\(disk.path)/run"))
    #expect(run.status == 0, "\(run.errors)")
    let record = try RunRecord(contentsOf: "\(disk.path)/run/run.json")
    #expect(disk.makeReadOnly())
    for folder in ["run", "other"] {
      try RSSProcess.expectRefusal(
        trainArguments(data.path, out: "\(disk.path)/\(folder)"), saying: [disk.path, "a writable folder"])
    }
    #expect(try RunRecord(contentsOf: "\(disk.path)/run/run.json") == record)
  }

  /// The same command twice: the second says that it is finished and ends well; another one stops.
  @Test func aFinishedRunIsLeftAlone() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let arguments = trainArguments(data.path, out: "\(runs.path)/a")
    #expect(try RSSProcess(arguments).status == 0)
    let before = try runFiles("\(runs.path)/a")
    for more in [[], ["--resume"]] {
      let again = try RSSProcess(arguments + more)
      #expect(again.status == 0 && again.errors.contains("finished already"), "\(again.errors)")
      try RSSProcess.expectRefusal(
        arguments + more + ["--set", "maps=3"],
        saying: ["\(runs.path)/a", "recipe.maps 1 instead of 3", "--resume", "--out", "--overwrite"])
    }
    #expect(try runFiles("\(runs.path)/a") == before)
  }

  /// Without --out, the folder is named after the data and what differs from the row.
  @Test func defaultNames() throws {
    let data = try rectangleFolder()
    let name = URL(fileURLWithPath: data.path).lastPathComponent
    let run = try RSSProcess(
      ["train", "folder/ce", "--data", data.path, "--set", "steps=5", "--json", "--quiet"] + quickSettings)
    let folder = try #require(try run.object()["folder"] as? String)
    #expect(folder.hasPrefix("runs/") && folder.contains(name.prefix(8)) && folder.contains("-ce-1-"), "\(folder)")
  }
}
