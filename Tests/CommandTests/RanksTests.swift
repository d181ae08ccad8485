import Foundation
import Glibc
import Records
import TestSupport
import Testing

/// `rss train --ranks`: processes that mpirun starts.
@Suite(
  .enabled(if: RSSProcess.isBuilt, RSSProcess.reason),
  .enabled(if: hasMPI, "mpirun isn't here: install openmpi-bin to try ranks"))
struct RanksTests {
  private func arguments(_ data: String, _ row: String, out: String, steps: Int = 12) -> [String] {
    ["train", row, "--data", data, "--out", out, "--quiet", "--threads", "1", "--checkpoint-every", "4"]
      + ["steps=\(steps)", "size=16x16", "networkWidth=2", "batchSize=8", "shardSize=1", "augmentation=none"]
      .flatMap { ["--set", $0] }
  }

  private func checkpoint(_ folder: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(folder)/checkpoint.safetensors"))
  }

  private func metrics(_ folder: String) throws -> [MetricsLine] {
    try metricsLines("\(folder)/metrics.jsonl").map { line in
      var line = line
      line.seconds = 0
      return line
    }
  }

  @Test(arguments: ["folder/ce", "folder/image", "folder/pixel"])
  func theSameBytesForAnyNumberOfRanks(row: String) throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let alone = try RSSProcess(arguments(data.path, row, out: "\(runs.path)/alone"))
    #expect(alone.status == 0, "\(alone.errors)")
    for ranks in [1, 2, 3] {
      let folder = "\(runs.path)/\(ranks)"
      let run = try RSSProcess(arguments(data.path, row, out: folder) + ["--ranks", "\(ranks)"])
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      #expect(try checkpoint(folder) == checkpoint("\(runs.path)/alone"))
      #expect(try metrics(folder) == metrics("\(runs.path)/alone"))
      let record = try RunRecord(contentsOf: "\(folder)/run.json")
      #expect(record.provenance.hosts?.count == (ranks == 1 ? nil : ranks))
    }
  }

  @Test(arguments: ["first", "each"])
  func aRewardProgramOfRanks(start: String) throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let command = try #require(rewardServer("\(data.path)/labels"))
    for (name, more) in [("alone", []), ("two", ["--ranks", "2", "--reward-programs", start])] {
      let run = try RSSProcess(
        arguments(data.path, "folder/image", out: "\(runs.path)/\(name)") + ["--reward-command", command] + more)
      #expect(run.status == 0, "\(run.errors)")
    }
    #expect(try checkpoint("\(runs.path)/alone") == checkpoint("\(runs.path)/two"))
  }

  /// A rank is killed; the others end within seconds, and another number of ranks goes on to the same bytes.
  @Test func aRankThatDies() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    func own(_ name: String) -> [String] {
      arguments(data.path, "folder/image", out: "\(runs.path)/\(name)", steps: 600)
    }
    #expect(try RSSProcess(own("whole")).status == 0)
    let run = try RSSProcess.Running(own("cut") + ["--ranks", "2"])
    try run.wait { FileManager.default.fileExists(atPath: "\(runs.path)/cut/resume.safetensors") }
    let ranks = children(of: run.identifier, named: "mpirun").flatMap { children(of: $0, named: "rss") }
    #expect(ranks.count == 2)
    if let last = ranks.last { kill(last, SIGKILL) }
    let start = ContinuousClock.now
    let ended = try run.wait()
    #expect(ContinuousClock.now - start < .seconds(10) && ended.status != 0)
    #expect(ended.errors.contains("rank") && ended.errors.contains("signal 9"), "\(ended.errors)")
    let goneOn = try RSSProcess(own("cut") + ["--ranks", "4", "--resume"])
    #expect(goneOn.status == 0, "\(goneOn.errors)")
    #expect(try checkpoint("\(runs.path)/cut") == checkpoint("\(runs.path)/whole"))
    #expect(try metrics("\(runs.path)/cut") == metrics("\(runs.path)/whole"))
  }

  @Test func aSignalEndsAllAfterTheStep() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    func own(_ name: String) -> [String] {
      arguments(data.path, "folder/ce", out: "\(runs.path)/\(name)", steps: 1500)
    }
    #expect(try RSSProcess(own("whole")).status == 0)
    let run = try RSSProcess.Running(own("cut") + ["--ranks", "2"])
    try run.wait { FileManager.default.contents(atPath: "\(runs.path)/cut/metrics.jsonl")?.isEmpty == false }
    run.send(SIGTERM)
    let ended = try run.wait()
    #expect(ended.status == 143 && ended.errors.contains("interrupted after step"), "\(ended.errors)")
    #expect(try RSSProcess(own("cut") + ["--resume"]).status == 0)
    #expect(try checkpoint("\(runs.path)/cut") == checkpoint("\(runs.path)/whole"))
  }

  @Test func whatRanksCannotDo() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let many = try RSSProcess(arguments(data.path, "folder/ce", out: runs.path + "/a") + ["--ranks", "9"])
    #expect(many.status != 0 && many.errors.contains("9 ranks") && many.errors.contains("shardSize"), "\(many.errors)")
    try RSSProcess.expectRefusal(
      arguments(data.path, "folder/ce", out: runs.path + "/a") + ["--ranks", "0"], saying: ["--ranks", "1 to 1024"])
    try RSSProcess.expectRefusal(
      arguments(data.path, "folder/ce", out: runs.path + "/a") + ["--ranks", "2"], environment: ["PATH": "/nowhere"],
      saying: ["mpirun", "openmpi-bin"])
    #expect(!FileManager.default.fileExists(atPath: runs.path + "/a/run.json"))
  }

  /// Processes that another has started.
  private func children(of process: Int32, named name: String) -> [Int32] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
    return all.filter { child in
      let status = (try? String(contentsOfFile: "/proc/\(child)/status", encoding: .utf8)) ?? ""
      return status.contains("PPid:\t\(process)\n") && status.hasPrefix("Name:\t\(name)\n")
    }.sorted()
  }
}

private let hasMPI = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
  FileManager.default.isExecutableFile(atPath: "\($0)/mpirun")
}
