import Foundation
import Glibc
import Images
import Records
import TestSupport
import Testing

@Suite(.enabled(if: RSSProcess.isBuilt, RSSProcess.reason))
struct TrainCommandTests {
  private static let quick = ["--set", "size=16x16", "--set", "networkWidth=1", "--set", "batchSize=2"]

  private func arguments(_ data: String, out: String, row: String = "folder/ce", steps: Int = 5) -> [String] {
    ["train", row, "--data", data, "--out", out, "--set", "steps=\(steps)"] + Self.quick
  }

  @Test func jsonIsOneLine() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    for row in ["folder/ce", "folder/pixel", "folder/image"] {
      let run = try RSSProcess(arguments(data.path, out: "\(runs.path)/a", row: row) + ["--json", "--overwrite"])
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
    let run = try RSSProcess(arguments(data.path, out: "\(runs.path)/a") + ["--quiet", "--seed", "9"])
    #expect(run.output.hasPrefix("folder/ce, seed 9: mIoU 0.") && run.errors.isEmpty)
    #expect(run.output.hasSuffix("Recorded in \(runs.path)/a/\n"))
  }

  @Test func badDataIsRefused() throws {
    let runs = try TemporaryFolder()
    func refuse(_ parts: [String], _ damage: (TemporaryFolder) throws -> Void) throws {
      let data = try rectangleFolder()
      try damage(data)
      try RSSProcess.expectRefusal(arguments(data.path, out: "\(runs.path)/a") + ["--json"], saying: parts)
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
    try RSSProcess.expectRefusal(arguments(data.path, out: "\(data.path)/run"), saying: [path, "can't be read"])
  }

  @Test func missingFolders() throws {
    try RSSProcess.expectRefusal(arguments("/nonexistent", out: "run"), saying: ["/nonexistent", "no such folder"])
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
      arguments(data.path, out: "\(runs.path)/a", steps: 60) + ["--set", "learningRate=1e30"],
      saying: ["not a finite number", "learningRate"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(runs.path)/a") == ["metrics.jsonl"])
  }

  @Test(.enabled(if: SmallDisk.isPossible, Comment(rawValue: SmallDisk.reason)))
  func aDiskThatFillsUpDuringTheRun() throws {
    let data = try rectangleFolder()
    let disk = try #require(SmallDisk())
    try disk.fill(leaving: 8192)  // a page for the lock, one for the lines
    try RSSProcess.expectRefusal(
      arguments(data.path, out: "\(disk.path)/run", steps: 100) + ["--set", "evaluations=100"],
      saying: ["metrics.jsonl", "No space left on device"])
    #expect(try metricsLines("\(disk.path)/run/metrics.jsonl").count > 10)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(disk.path)/run") == ["metrics.jsonl"])
  }

  @Test(.enabled(if: SmallDisk.isPossible, Comment(rawValue: SmallDisk.reason)))
  func aDiskTooSmallForTheCheckpoint() throws {
    let data = try rectangleFolder()
    let disk = try #require(SmallDisk())
    try RSSProcess.expectRefusal(
      arguments(data.path, out: "\(disk.path)/run") + ["--set", "networkWidth=8"],
      saying: ["checkpoint.safetensors", "No space left on device"])
    #expect(try metricsLines("\(disk.path)/run/metrics.jsonl").last?.mIoU != nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(disk.path)/run") == ["metrics.jsonl"])
  }

  @Test(.enabled(if: SmallDisk.isPossible, Comment(rawValue: SmallDisk.reason)))
  func aReadOnlyDiskKeepsWhatItHas() throws {
    let data = try rectangleFolder()
    let disk = try #require(SmallDisk())
    let run = try RSSProcess(arguments(data.path, out: "\(disk.path)/run"))
    #expect(run.status == 0, "\(run.errors)")
    let record = try RunRecord(contentsOf: "\(disk.path)/run/run.json")
    #expect(disk.makeReadOnly())
    for folder in ["run", "other"] {
      try RSSProcess.expectRefusal(
        arguments(data.path, out: "\(disk.path)/\(folder)"), saying: [disk.path, "a writable folder"])
    }
    #expect(try RunRecord(contentsOf: "\(disk.path)/run/run.json") == record)
  }

  /// Killed at different moments, most of them inside the writing of a state, and resumed by other processes.
  @Test func killedAndResumedItIsTheSameRun() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    func arguments(_ out: String) -> [String] {
      self.arguments(data.path, out: "\(runs.path)/\(out)", row: "folder/image", steps: 400)
        + ["--set", "maps=4", "--set", "evaluations=3"]
    }
    #expect(try RSSProcess(arguments("whole")).status == 0)
    let folder = "\(runs.path)/killed"
    func inode() -> UInt64 {
      var status = stat()
      return stat("\(folder)/resume.safetensors", &status) == 0 ? UInt64(status.st_ino) : 0
    }
    for attempt in 0..<8 {
      let before = inode()
      let run = try RSSProcess.Running(arguments("killed") + ["--resume", "--checkpoint-every", "1"])
      try run.wait { inode() != before }
      usleep(UInt32(attempt * 1300))
      run.send(SIGKILL)
      let ended = try run.wait()
      #expect(ended.ended == .uncaughtSignal && ended.status == SIGKILL)
      #expect(ended.errors.contains("goes on after step") == (attempt > 0))
    }
    let last = try RSSProcess(arguments("killed") + ["--resume"])
    #expect(last.status == 0 && last.errors.contains("goes on after step"), "\(last.errors)")
    #expect(try runFiles(folder) == runFiles("\(runs.path)/whole"))
    let again = try RSSProcess(arguments("killed") + ["--resume"])
    #expect(again.status == 0 && again.errors.contains("finished already") && again.output == last.output)
  }

  @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func aSignalEndsItAfterTheStep(signal: Int32, status: Int32) throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    func arguments(_ out: String) -> [String] {
      self.arguments(data.path, out: "\(runs.path)/\(out)", row: "folder/pixel", steps: 1500)
    }
    #expect(try RSSProcess(arguments("whole")).status == 0)
    let folder = "\(runs.path)/cut"
    let run = try RSSProcess.Running(arguments("cut") + ["--json"])
    try run.wait { FileManager.default.contents(atPath: "\(folder)/metrics.jsonl")?.isEmpty == false }
    run.send(signal)
    let ended = try run.wait()
    #expect(ended.ended == .exit && ended.status == status && ended.output.isEmpty, "\(ended.errors)")
    #expect(ended.errors.contains("interrupted after step ") && ended.errors.contains("--resume"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["metrics.jsonl", "resume.safetensors"])
    #expect(try RSSProcess(arguments("cut") + ["--resume"]).status == 0)
    #expect(try runFiles(folder) == runFiles("\(runs.path)/whole"))
  }

  /// A step of a second or more: the second signal doesn't wait for its end.
  @Test func theSecondSignalEndsItAtOnce() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let run = try RSSProcess.Running([
      "train", "folder/ce", "--data", data.path, "--out", "\(runs.path)/a", "--set", "size=512", "--set", "batchSize=2",
    ])
    try run.wait { FileManager.default.fileExists(atPath: "\(runs.path)/a/metrics.jsonl") }
    run.send(SIGINT)
    usleep(50_000)
    #expect(run.isRunning)
    run.send(SIGINT)
    let ended = try run.wait()
    #expect(ended.ended == .uncaughtSignal && ended.status == SIGINT)
    #expect(!FileManager.default.fileExists(atPath: "\(runs.path)/a/resume.safetensors"))
  }

  /// SIGTERM while labels are made from tags ends the run within a second, and it says that of this nothing is kept.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist")))
  func aSignalWhileLabelsAreMade() throws {
    let runs = try TemporaryFolder()
    let run = try RSSProcess.Running([
      "train", "fashion32/cam+crf", "--out", "\(runs.path)/a", "--set", "classifierSteps=5", "--set", "steps=5",
      "--quiet",
    ])
    try run.wait { FileManager.default.fileExists(atPath: "\(runs.path)/a/resume-classifier.safetensors") }
    usleep(100_000)
    run.send(SIGTERM)
    let start = ContinuousClock.now
    let ended = try run.wait()
    #expect(ContinuousClock.now - start < .seconds(1))
    #expect(ended.ended == .exit && ended.status == 143, "\(ended.errors)")
    #expect(ended.errors.contains("while labels were made from tags: of this nothing is kept"), "\(ended.errors)")
  }

  /// The same command twice: the second says that it is finished and ends well; another one stops.
  @Test func aFinishedRunIsLeftAlone() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let arguments = arguments(data.path, out: "\(runs.path)/a")
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
      ["train", "folder/ce", "--data", data.path, "--set", "steps=5", "--json", "--quiet"] + Self.quick)
    let folder = try #require(try run.object()["folder"] as? String)
    #expect(folder.hasPrefix("runs/") && folder.contains(name.prefix(8)) && folder.contains("-ce-1-"), "\(folder)")
  }

  @Test func twoProcessesInOneFolder() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let first = try RSSProcess.Running(arguments(data.path, out: "\(runs.path)/a", steps: 100_000))
    try first.wait { FileManager.default.contents(atPath: "\(runs.path)/a/metrics.jsonl")?.isEmpty == false }
    for more in [[], ["--resume"]] {
      try RSSProcess.expectRefusal(
        arguments(data.path, out: "\(runs.path)/a") + more,
        saying: ["\(runs.path)/a", "process \(first.identifier)", "--out"])
    }
    first.send(SIGKILL)
    _ = try first.wait()
    // Nothing stale is in the way of the next one.
    let next = try RSSProcess(arguments(data.path, out: "\(runs.path)/a") + ["--overwrite"])
    #expect(next.status == 0, "\(next.errors)")
  }

  @Test func statesThatCannotBeResumed() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    try runs.write("no state", to: "resume.safetensors")
    try RSSProcess.expectRefusal(
      arguments(data.path, out: runs.path) + ["--resume"], saying: ["resume.safetensors", "--overwrite"])
    try RSSProcess.expectRefusal(
      arguments(data.path, out: runs.path) + ["--checkpoint-every", "0"], saying: ["--checkpoint-every", "1 step"])
  }
}
