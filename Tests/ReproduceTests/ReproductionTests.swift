import Foundation
import Records
import Rows
import Runs
import Tables
import TestSupport
import Testing

@testable import Reproduce

@Suite struct ReproductionTests {
  private func run(
    _ plans: [TablePlan], seeds: Int, in runs: TemporaryFolder, resume: Bool = true, overwrite: Bool = false,
    stopping: Int? = nil
  ) throws -> (tables: [Table], log: EventLog) {
    let keeping =
      stopping.map { .stopping(after: $0, resume: resume, overwrite: overwrite) }
      ?? RunKeeping(resume: resume, overwrite: overwrite, folderOption: "--runs")
    let (outcome, log) = try reproduction(plans, seeds: seeds, in: runs, keeping).logged()
    #expect(outcome.failures.isEmpty && outcome.held.isEmpty)
    return (outcome.tables, log)
  }

  @Test func runsEveryRowAndSeedOnce() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let one = tinyRow(data.path)
    let two = tinyRow(data.path, .pixelReward, name: "tiny/pixel")
    let (tables, log) = try run([tablePlan([one, two], number: 8), tablePlan([two])], seeds: 2, in: runs)
    #expect(log.started == ["1/4 tiny/ce 1", "2/4 tiny/ce 2", "3/4 tiny/pixel 1", "4/4 tiny/pixel 2"])
    #expect(log.finished.count == 4 && log.skipped.isEmpty && log.drifted.isEmpty && log.unavailable.isEmpty)
    #expect(tables.map(\.name) == ["table8", "table9"] && tables.map(\.rows.count) == [4, 2])
    for record in log.finished {
      let folder = runFolder(of: record.row.name, seed: record.seed, under: "\(runs.path)/runs")
      #expect(try RunRecord(contentsOf: "\(folder)/run.json") == record)
    }
    let text = try String(contentsOfFile: "\(runs.path)/tables/table9.md", encoding: .utf8)
    #expect(text == tables[1].markdown)
  }

  @Test func resumingKeepsWhatIsRecorded() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let row = tinyRow(data.path)
    let first = try run([tablePlan([row])], seeds: 2, in: runs)
    let second = try run([tablePlan([row])], seeds: 3, in: runs)
    #expect(second.log.skipped == ["tiny/ce 1", "tiny/ce 2"] && second.log.started == ["3/3 tiny/ce 3"])
    #expect(Array(second.tables[0].rows.prefix(2)) == first.tables[0].rows)

    // What is there of another kind stops everything before the first step, and is replaced where that is asked for.
    try Data("{".utf8).write(to: URL(fileURLWithPath: "\(runs.path)/runs/tiny-ce-2/run.json"))
    let error = inputError { try run([tablePlan([row])], seeds: 4, in: runs) }
    #expect(
      error.subject.hasSuffix("tiny-ce-2") && error.advice.contains("--runs") && error.advice.contains("--overwrite"))
    #expect(!FileManager.default.fileExists(atPath: "\(runs.path)/runs/tiny-ce-4"))
    let third = try run([tablePlan([row])], seeds: 3, in: runs, overwrite: true)
    #expect(third.log.started == ["2/3 tiny/ce 2"] && third.tables == second.tables)
    var other = row
    other.recipe.momentum = 0.5
    #expect(inputError { try run([tablePlan([other])], seeds: 1, in: runs) }.found.contains("recipe.momentum"))
    #expect(try run([tablePlan([other])], seeds: 1, in: runs, overwrite: true).log.started == ["1/1 tiny/ce 1"])
  }

  /// One interrupted in its second run goes on there, and ends with the tables of one that wasn't.
  @Test func anInterruptedOneGoesOn() throws {
    let data = try rectangleFolder()
    let (whole, cut) = (try TemporaryFolder(), try TemporaryFolder())
    let plans = [tablePlan([tinyRow(data.path, .imageReward, name: "tiny/image")])]
    let expected = try run(plans, seeds: 2, in: whole)
    let folder = "\(cut.path)/runs/tiny-image-2"
    // 11 steps lie between the 12 of the first run, so the 15th is in the second.
    #expect(throws: Interrupted(signal: 15, folder: folder, step: 4)) {
      try run(plans, seeds: 2, in: cut, stopping: 15)
    }
    #expect(FileManager.default.fileExists(atPath: "\(folder)/resume.safetensors"))
    let (tables, log) = try run(plans, seeds: 2, in: cut)
    #expect(log.attempted == ["tiny/image 2: unfinished after step 4 of the training"])
    #expect(log.skipped == ["tiny/image 1"] && log.started == ["2/2 tiny/image 2"] && tables == expected.tables)
    #expect(try runFiles(folder) == runFiles("\(whole.path)/runs/tiny-image-2"))
  }

  /// What an unfinished run of another recipe or a damaged state left stops it, or is started over where that is asked for.
  @Test(arguments: [false, true])
  func whatCannotGoOnStartsOver(damaged: Bool) throws {
    let data = try rectangleFolder()
    let (whole, cut) = (try TemporaryFolder(), try TemporaryFolder())
    var row = tinyRow(data.path)
    #expect(throws: Interrupted.self) { try run([tablePlan([row])], seeds: 1, in: cut, stopping: 5) }
    let folder = "\(cut.path)/runs/tiny-ce-1"
    if damaged {
      try Data("{".utf8).write(to: URL(fileURLWithPath: "\(folder)/resume.safetensors"))
    } else {
      row.recipe.momentum = 0.5
    }
    _ = try run([tablePlan([row])], seeds: 1, in: whole)
    _ = inputError { try run([tablePlan([row])], seeds: 1, in: cut) }
    #expect(try run([tablePlan([row])], seeds: 1, in: cut, overwrite: true).log.started == ["1/1 tiny/ce 1"])
    #expect(try runFiles(folder) == runFiles("\(whole.path)/runs/tiny-ce-1"))
  }

  @Test func overwritingEverythingRunsAgainAndAlike() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let plans = [tablePlan([tinyRow(data.path, .imageReward, name: "tiny/image")])]
    let first = try run(plans, seeds: 1, in: runs)
    let second = try run(plans, seeds: 1, in: runs, resume: false, overwrite: true)
    #expect(second.log.skipped.isEmpty && second.log.finished.count == 1 && second.tables == first.tables)
  }

  /// A run whose rewards came from a program is no run of the row, whatever its folder is called.
  @Test func aRunWithARewardProgramIsNotTheRows() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let row = tinyRow(data.path, .imageReward, name: "tiny/image")
    _ = try run([tablePlan([row])], seeds: 1, in: runs)
    let path = "\(runFolder(of: row.name, seed: 1, under: "\(runs.path)/runs"))/run.json"
    var record = try RunRecord(contentsOf: path)
    #expect(try run([tablePlan([row])], seeds: 1, in: runs).log.finished.isEmpty)
    record.rewardCommand = "cat"
    try record.write(to: path)
    #expect(inputError { try run([tablePlan([row])], seeds: 1, in: runs) }.found.contains("rewardCommand cat"))
  }

  @Test func missingDataLeavesItsRowsOut() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let missing = tinyRow("\(data.path)/nowhere", name: "tiny/missing")
    let (tables, log) = try run([tablePlan([missing, tinyRow(data.path)])], seeds: 1, in: runs)
    #expect(log.unavailable == ["tiny: no such folder"])
    #expect(log.started == ["1/1 tiny/ce 1"] && tables[0].rows.count == 1)
    let none = try run([tablePlan([missing])], seeds: 1, in: runs)
    #expect(none.log.started.isEmpty && none.tables[0].rows.isEmpty)
  }

  @Test func aMeanFarFromTheExpectedOneIsReported() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    func drifts(_ expected: Row.Expected?, seeds: Int) throws -> [String] {
      try run([tablePlan([tinyRow(data.path, steps: 3, expected: expected)])], seeds: seeds, in: runs).log.drifted
    }
    let texts = try drifts(.init(mIoU: 2, tolerance: 0.01), seeds: 3)
    #expect(texts.count == 1)
    #expect(texts.first?.hasPrefix("tiny/ce: mean mIoU 0.") == true)
    #expect(texts.first?.hasSuffix(" over 3 seeds; 2.000 was expected, give or take 0.010") == true)
    #expect(try drifts(.init(mIoU: 2, tolerance: 2), seeds: 3).isEmpty)
    #expect(try drifts(.init(mIoU: 2, tolerance: 0.01), seeds: 2).isEmpty, "too few seeds to tell")
    #expect(try drifts(nil, seeds: 3).isEmpty)
  }

  @Test func rowsOfSeveralTablesAreRunOnce() {
    let reproduction = Reproduction(
      tables: TablePlan.all, profile: .full, seeds: 1, runs: "", output: "", keeping: .init())
    let names = reproduction.rows.map(\.name)
    let wanted = TablePlan.all.flatMap { $0.rows(.full) }.map(\.name)
    #expect(Set(names).count == names.count && Set(names) == Set(wanted) && names.count < wanted.count)
  }
}
