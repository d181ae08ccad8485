import Foundation
import Glibc
import Records
import TestSupport
import Testing

/// `rss reproduce` over a part of a table, or in several processes. Its rows are the real ones, so no test waits for a
/// run's end.
@Suite(
  .enabled(if: RSSProcess.isBuilt, RSSProcess.reason),
  .enabled(if: FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist")))
struct SweepCommandTests {
  private let table = ["reproduce", "--table", "1", "--seeds", "1"]

  /// A folder with committed records as finished runs.
  private func runs(_ names: [String]) throws -> TemporaryFolder {
    let records = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("paper/records").path
    let folder = try TemporaryFolder()
    for name in names {
      try folder.makeFolder(name)
      try FileManager.default.copyItem(atPath: "\(records)/\(name)/run.json", toPath: "\(folder.path)/\(name)/run.json")
    }
    return folder
  }

  @Test func theListHasALineARun() throws {
    let runs = try runs(["fashion32-ce-1"])
    let list = try RSSProcess(table + ["--runs", runs.path, "--list"])
    let words = list.output.split(separator: "\n").map { $0.split(separator: " ").prefix(4).joined(separator: " ") }
    #expect(
      words == ["1 fashion32/ce 1 finished", "2 fashion32/pixel 1 missing", "3 fashion32/pixel-propensity 1 missing"])
    #expect(list.status == 0 && list.errors.isEmpty)
    let share = try RSSProcess(table + ["--runs", runs.path, "--list", "--task", "3/3"])
    #expect(share.output.hasPrefix("   3  fashion32/pixel-propensity  1  missing"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: runs.path) == ["fashion32-ce-1"])
  }

  @Test func aShareIsNotATable() throws {
    let runs = try runs(["fashion32-ce-1", "fashion32-pixel-1", "fashion32-pixel-propensity-1"])
    let places = ["--runs", runs.path, "--tables", "\(runs.path)/tables"]
    let share = try RSSProcess(table + places + ["--task", "2/3"])
    #expect(share.status == 0 && share.output.contains("fashion32/pixel seed 1: finished already, kept"))
    #expect(share.output.contains("--resume") && !FileManager.default.fileExists(atPath: "\(runs.path)/tables"))
    let empty = try RSSProcess(table + places + ["--task", "4/4"])
    #expect(empty.status == 0 && empty.output == "Task 4/4: no run falls to it.\n" && empty.errors.isEmpty)
    let whole = try RSSProcess(table + places + ["--resume", "--jobs", "2"])
    #expect(whole.status == 0 && whole.output.contains("**Table 1."), "\(whole.errors)")
    #expect(FileManager.default.fileExists(atPath: "\(runs.path)/tables/table1.md"))
  }

  /// Of two processes one is killed and named; the other is stopped with its parent, and keeps its state.
  @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func processesDieAndStop(signal: Int32, status: Int32) throws {
    let runs = try runs(["fashion32-pixel-propensity-1"])
    let places = ["--runs", runs.path, "--tables", "\(runs.path)/tables", "--resume", "--jobs", "2"]
    let sweep = try RSSProcess.Running(table + places)
    func process(_ name: String) -> Int32? {
      (try? String(contentsOfFile: "\(runs.path)/\(name)/lock", encoding: .utf8))?.split(separator: " ").first
        .flatMap { Int32($0) }
    }
    func hasSteps(_ name: String) -> Bool {
      FileManager.default.contents(atPath: "\(runs.path)/\(name)/metrics.jsonl")?.isEmpty == false
    }
    try sweep.wait { hasSteps("fashion32-ce-1") && hasSteps("fashion32-pixel-1") }
    kill(try #require(process("fashion32-ce-1")), SIGKILL)
    try sweep.wait { FileManager.default.fileExists(atPath: "\(runs.path)/fashion32-ce-1/failure.txt") }
    sweep.send(signal)
    let ended = try sweep.wait()
    #expect(ended.ended == .exit && ended.status == status, "\(ended.errors)")
    #expect(ended.errors.contains("fashion32/ce seed 1: failed: its process was ended by signal 9 (Killed)"))
    #expect(ended.errors.contains("interrupted after step ") && ended.errors.contains("--resume"))
    let list = try RSSProcess(table + places + ["--list"])
    let lines = list.output.split(separator: "\n")
    #expect(lines.count == 3 && lines[0].contains("  failed  its process was ended by signal 9"))
    #expect(lines[1].contains("  unfinished  after step ") && lines[2].contains("  finished  "), "\(list.output)")
  }

  @Test func processesOfAKilledParentStop() throws {
    let runs = try runs([])
    let sweep = try RSSProcess.Running(table + ["--runs", runs.path, "--jobs", "1"])
    let folder = "\(runs.path)/fashion32-ce-1"
    try sweep.wait { FileManager.default.contents(atPath: "\(folder)/metrics.jsonl")?.isEmpty == false }
    sweep.send(SIGKILL)
    _ = try sweep.wait()
    let end = ContinuousClock.now + .seconds(30)
    while FileManager.default.fileExists(atPath: "\(folder)/lock"), ContinuousClock.now < end { usleep(10_000) }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["metrics.jsonl", "resume.safetensors"])
  }

  @Test func impossibleOptions() throws {
    try RSSProcess.expectRefusal(table + ["--task", "4/3"], saying: ["--task", "4/3", "K/N", "SLURM_ARRAY_TASK_ID"])
    try RSSProcess.expectRefusal(table + ["--jobs", "0"], saying: ["--jobs", "1 to 1024"])
  }
}
