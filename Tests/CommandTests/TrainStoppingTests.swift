import Foundation
import Glibc
import Records
import TestSupport
import Testing

/// A run that is killed, interrupted or met by another process.
@Suite(.enabled(if: RSSProcess.isBuilt, RSSProcess.reason))
struct TrainStoppingTests {
  /// Killed at different moments, most of them inside the writing of a state, and resumed by other processes.
  @Test func killedAndResumedItIsTheSameRun() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    func arguments(_ out: String) -> [String] {
      trainArguments(data.path, out: "\(runs.path)/\(out)", row: "folder/image", steps: 400)
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
      trainArguments(data.path, out: "\(runs.path)/\(out)", row: "folder/pixel", steps: 1500)
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

  @Test func twoProcessesInOneFolder() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let first = try RSSProcess.Running(trainArguments(data.path, out: "\(runs.path)/a", steps: 100_000))
    try first.wait { FileManager.default.contents(atPath: "\(runs.path)/a/metrics.jsonl")?.isEmpty == false }
    for more in [[], ["--resume"]] {
      try RSSProcess.expectRefusal(
        trainArguments(data.path, out: "\(runs.path)/a") + more,
        saying: ["\(runs.path)/a", "process \(first.identifier)", "--out"])
    }
    first.send(SIGKILL)
    _ = try first.wait()
    // Nothing stale is in the way of the next one.
    let next = try RSSProcess(trainArguments(data.path, out: "\(runs.path)/a") + ["--overwrite"])
    #expect(next.status == 0, "\(next.errors)")
  }

  @Test func statesThatCannotBeResumed() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    try runs.write("no state", to: "resume.safetensors")
    try RSSProcess.expectRefusal(
      trainArguments(data.path, out: runs.path) + ["--resume"], saying: ["resume.safetensors", "--overwrite"])
    try RSSProcess.expectRefusal(
      trainArguments(data.path, out: runs.path) + ["--checkpoint-every", "0"], saying: ["--checkpoint-every", "1 step"])
  }
}
