import Foundation
import Records
import Rows
import Runs
import Support
import Tables
import TestSupport
import Testing

@testable import Reproduce
@testable import Runs

/// Runs that fail, are held by another process or stop, and what becomes of the others.
@Suite struct SweepTests {
  private func folder(_ name: String, _ runs: TemporaryFolder) -> String { "\(runs.path)/runs/\(name)" }

  private func failingRow(_ data: String) -> Row {
    var row = tinyRow(data, name: "tiny/failing")
    row.recipe.batchSize = 0  // which is found out when it is run
    return row
  }

  @Test func aFailedRunIsNamedAndDoesNotEndTheOthers() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let plans = [tablePlan([failingRow(data.path), tinyRow(data.path)])]
    let (outcome, log) = try reproduction(plans, seeds: 2, in: runs).logged()
    #expect(log.attempted.isEmpty && log.finished.map(\.seed) == [1, 2])
    #expect(outcome.failures.map(\.run.name) == ["tiny/failing seed 1", "tiny/failing seed 2"])
    #expect(log.failed == outcome.failures.map { "\($0.run.row.name) \($0.run.seed): \($0.cause)" })
    #expect(outcome.failures.allSatisfy { $0.cause.contains("batchSize") })
    #expect(outcome.tables.isEmpty && !FileManager.default.fileExists(atPath: "\(runs.path)/tables"))
    let cause = try #require(outcome.failures.first?.cause)
    #expect(FailureNote.cause(in: folder("tiny-failing-1", runs)) == cause)
    #expect(
      try reproduction(plans, seeds: 2, in: runs).stateLines().prefix(3) == [
        "1 tiny/failing 1 failed \(cause)", "2 tiny/failing 2 failed \(cause)",
        "3 tiny/ce 1 finished \(log.finished[0].scoreText)",
      ])

    // The next one names both before it tries again, whatever the cause was; now it has gone.
    let mended = [tablePlan([tinyRow(data.path, name: "tiny/failing"), tinyRow(data.path)])]
    let second = try reproduction(mended, seeds: 2, in: runs).logged()
    #expect(second.log.attempted == [1, 2].map { "tiny/failing \($0): failed \(cause)" })
    #expect(second.outcome.failures.isEmpty && second.outcome.tables.map(\.rows.count) == [4])
    _ = try runFiles(folder("tiny-failing-1", runs))
  }

  @Test func aRunThatAnotherProcessWorksOnIsLeftToIt() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let reproduction = reproduction([tablePlan([tinyRow(data.path)])], seeds: 3, in: runs, RunKeeping())
    let held = folder("tiny-ce-2", runs)
    try runs.makeFolder("runs/tiny-ce-2")
    try runs.write("half a line", to: "runs/tiny-ce-2/metrics.jsonl")  // without --resume this would be refused
    try withExtendedLifetime(RunFolderLock(held)) {
      let (outcome, log) = try reproduction.logged()
      #expect(log.finished.map(\.seed) == [1, 3] && outcome.finished == 2)
      #expect(outcome.held.map(\.seed) == [2] && outcome.failures.isEmpty && outcome.tables.isEmpty)
      #expect(log.held.first?.hasPrefix("tiny/ce 2: process \(getpid()) on ") == true)
      #expect(try reproduction.stateLines()[1].hasPrefix("2 tiny/ce 2 running process \(getpid()) on "))
    }
    #expect(FailureNote.cause(in: held) == nil)
  }

  /// Two tasks do a list, neither writes tables, and whoever comes after both finds all finished.
  @Test func tasksAndThenTheTables() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    var whole = reproduction(
      [tablePlan([tinyRow(data.path), tinyRow(data.path, .pixelReward, name: "tiny/pixel")])], seeds: 2, in: runs)
    #expect(
      try whole.stateLines() == [
        "1 tiny/ce 1 missing", "2 tiny/ce 2 missing", "3 tiny/pixel 1 missing", "4 tiny/pixel 2 missing",
      ])
    for (task, started) in [
      ("2/2", ["1/2 tiny/ce 2", "2/2 tiny/pixel 2"]), ("1/2", ["1/2 tiny/ce 1", "2/2 tiny/pixel 1"]),
    ] {
      whole.selection = .share(try Share(task))
      let (outcome, log) = try whole.logged()
      #expect(log.started == started && outcome.tables.isEmpty && outcome.finished == 2)
    }
    #expect(try whole.stateLines().map { $0.prefix(21) } == ["1 tiny/ce 1 finished ", "3 tiny/pixel 1 finish"])
    whole.selection = .all
    let (outcome, log) = try whole.logged()
    #expect(log.started.isEmpty && log.skipped.count == 4 && outcome.tables.map(\.rows.count) == [4])
  }

  @Test func statesOfRuns() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let missing = tinyRow("\(data.path)/nowhere", name: "tiny/missing")
    let plans = [tablePlan([missing, tinyRow(data.path)])]
    #expect(throws: Interrupted.self) {
      try reproduction(plans, seeds: 1, in: runs, .stopping(after: 5)).logged()
    }
    try runs.makeFolder("runs/tiny-ce-2")
    try runs.write("{", to: "runs/tiny-ce-2/run.json")
    let lines = try reproduction(plans, seeds: 2, in: runs).stateLines()
    #expect(
      lines.prefix(3) == [
        "1 tiny/missing 1 no-data", "2 tiny/missing 2 no-data", "3 tiny/ce 1 unfinished after step 5 of the training",
      ])
    #expect(lines.last?.hasPrefix("4 tiny/ce 2 refused a run.json with ") == true)
  }
}
