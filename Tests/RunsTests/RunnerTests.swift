import Foundation
import Images
import Records
import Rewards
import Rows
import Synchronization
import TestSupport
import Testing

@testable import Runs
@testable import Training

@Suite struct RunnerTests {
  @Test func recordsARun() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let row = tinyRow(data.path, .imageReward, name: "tiny/image", steps: 25)
    let folder = runFolder(of: row.name, seed: 7, under: runs.path)
    #expect(folder == "\(runs.path)/tiny-image-7")
    let record = try Runner(row, seed: 7, folder: folder).run()
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
        "checkpoint.safetensors", "metrics.jsonl", "run.json",
      ])
    #expect(try RunRecord(contentsOf: "\(folder)/run.json") == record)
    #expect(record.row == row && record.seed == 7 && record.steps == 25 && record.queries == 25 * 2 * 4)
    #expect(record.data.trainCount == 11 && record.data.evaluationCount == 3)
    #expect(record.data.classes == ["background", "rectangle"] && record.data.backgroundClass == 0)
    #expect(record.result.confusion.reduce(0, +) == 3 * 13 * 11)
    #expect(record.seconds > 0 && record.peakMemoryMB > 1)
    let lines = try metricsLines("\(folder)/metrics.jsonl")
    #expect(lines.filter { $0.mIoU == nil }.map(\.step) == [10, 20, 25])
    #expect(lines.filter { $0.mIoU != nil }.map(\.step) == [13, 25])
    #expect(lines.last?.mIoU == record.result.mIoU && lines.last?.queries == record.queries)
    #expect(lines.allSatisfy { ($0.mIoU == nil) == ($0.reward != nil) && $0.loss == nil })
    let checkpoint = try Checkpoint(contentsOf: "\(folder)/checkpoint.safetensors")
    #expect(checkpoint.description.row == "tiny/image" && checkpoint.description.seed == 7)
    let again = try Evaluator(
      row.data.load().validation, normalization: checkpoint.description.normalization, multiple: 8
    )
    .evaluate(checkpoint.network)
    #expect(again.counts == record.result.confusion)
  }

  /// A record and a checkpoint are always of one run: one that fails to replace another leaves that one as it was.
  @Test func aFailedRunLeavesTheEarlierOne() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    var row = tinyRow(data.path)
    _ = try Runner(row, seed: 1, folder: runs.path).run()
    let before = try runFiles(runs.path)
    (row.recipe.learningRate, row.recipe.steps) = (1e30, 60)
    let error = inputError { try Runner(row, seed: 1, folder: runs.path).run(keeping: .init(overwrite: true)) }
    #expect(error.found.contains("not a finite number"))
    #expect(try runFiles(runs.path) == before)
  }

  @Test func badDataLeavesAnEarlierRunAlone() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let record = try Runner(tinyRow(data.path), seed: 1, folder: runs.path).run()
    try data.remove("labels/frame3.png")
    let error = inputError { try Runner(tinyRow(data.path), seed: 1, folder: runs.path).run() }
    #expect(error.subject.hasSuffix("labels/frame3.png"))
    #expect(try RunRecord(contentsOf: "\(runs.path)/run.json") == record)
  }

  @Test func aFileWhereTheFolderShouldBe() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    try runs.write("x", to: "taken")
    let error = inputError { try Runner(tinyRow(data.path), seed: 1, folder: "\(runs.path)/taken").run() }
    #expect(error.subject == "\(runs.path)/taken" && error.advice.contains("--out"))
  }

  private static let steps = 25

  private func interrupt(_ row: Row, in folder: String, after steps: Int, interval: Int = 1000) throws {
    let keeping = RunKeeping.stopping(after: steps, interval: interval)
    #expect(throws: Interrupted(signal: 15, folder: folder, step: steps)) {
      try Runner(row, seed: 1, folder: folder).run(keeping: keeping)
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["metrics.jsonl", "resume.safetensors"])
  }

  /// At, before and after a metrics line (10, 20) and an evaluation (13).
  @Test(arguments: Recipe.Objective.allCases)
  func resumedAtAnyStepItIsTheSameRun(objective: Recipe.Objective) throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    var row = tinyRow(data.path, objective, steps: Self.steps)
    row.recipe.augmentation = .standard
    let whole = try Runner(row, seed: 1, folder: "\(runs.path)/whole").run()
    for cut in [1, 9, 10, 11, 13, 19, 24] {
      let folder = "\(runs.path)/cut\(cut)"
      try interrupt(row, in: folder, after: cut)
      let record = try Runner(row, seed: 1, folder: folder).run(keeping: .init(resume: true))
      #expect(record.queries == whole.queries && record.result == whole.result, "after \(cut)")
      #expect(try runFiles(folder) == runFiles("\(runs.path)/whole"), "after \(cut)")
    }
  }

  /// Interrupted again and again, a run's time is the sum of its parts'.
  @Test func manyParts() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let row = tinyRow(data.path, .imageReward, steps: Self.steps)
    _ = try Runner(row, seed: 1, folder: "\(runs.path)/whole").run()
    let folder = "\(runs.path)/parts"
    var seconds = 0.0
    for part in 1...8 {
      #expect(throws: Interrupted(signal: 15, folder: folder, step: 3 * part)) {
        try Runner(row, seed: 1, folder: folder).run(keeping: .stopping(after: 3, resume: true))
      }
      let identity = try RunIdentity(row, seed: 1, data: row.data.load())
      let state = try #require(try ResumeFile(in: folder, of: identity))
      #expect(state.position.seconds > seconds && state.position.queries == 3 * part * 2 * 4)
      seconds = state.position.seconds
    }
    let record = try Runner(row, seed: 1, folder: folder).run(keeping: .init(resume: true))
    #expect(record.seconds > seconds)
    #expect(try runFiles(folder) == runFiles("\(runs.path)/whole"))
  }

  /// The state of step 10, the metrics of step 17 and a half-written line: as a kill leaves them.
  @Test func metricsAfterTheStateAreWrittenAgain() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let row = tinyRow(data.path, .pixelReward, steps: Self.steps)
    _ = try Runner(row, seed: 1, folder: "\(runs.path)/whole").run()
    let folder = "\(runs.path)/cut"
    try interrupt(row, in: folder, after: 10)
    let handle = try #require(FileHandle(forWritingAtPath: "\(folder)/metrics.jsonl"))
    try handle.seekToEnd()
    try handle.write(
      contentsOf: Data("{\"mIoU\":0.1,\"queries\":1,\"seconds\":9,\"step\":13}\n{\"gradientNorm\":0.".utf8))
    try handle.close()
    // Parts of files that a kill left inside their writing go; a stranger's file stays.
    for name in ["resume.safetensors.77-1.partial", "checkpoint.safetensors.77-2.partial"] {
      try Data("part".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    try Data().write(to: URL(fileURLWithPath: "\(folder)/mine.partial"))
    _ = try Runner(row, seed: 1, folder: folder).run(keeping: .init(resume: true))
    try FileManager.default.removeItem(atPath: "\(folder)/mine.partial")
    #expect(try runFiles(folder) == runFiles("\(runs.path)/whole"))
  }

  @Test func nothingToResumeIsAStart() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let row = tinyRow(data.path)
    _ = try Runner(row, seed: 1, folder: "\(runs.path)/a").run()
    _ = try Runner(row, seed: 1, folder: "\(runs.path)/b").run(keeping: .init(resume: true))
    #expect(try runFiles("\(runs.path)/a") == runFiles("\(runs.path)/b"))
  }

  @Test func aFinishedRunIsReturnedAsRecorded() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let row = tinyRow(data.path)
    let record = try Runner(row, seed: 1, folder: runs.path).run()
    // A kill between the record and the removal of the state.
    try runs.write("left over", to: "resume.safetensors")
    #expect(try Runner(row, seed: 1, folder: runs.path).run(keeping: .init(resume: true)) == record)
    _ = try runFiles(runs.path)
    let error = inputError { try Runner(row, seed: 2, folder: runs.path).run(keeping: .init(resume: true)) }
    #expect(error.subject == runs.path && error.found.contains("seed 1 instead of 2"))
    #expect(try Runner(row, seed: 1, folder: runs.path).run() == record, "also without --resume")
    #expect(try RunRecord(contentsOf: "\(runs.path)/run.json") == record)
  }

  @Test func anotherRecipeSeedOrDataIsRefused() throws {
    let data = try rectangleFolder()
    let others = try rectangleFolder()
    try PNG.write(rectangle(99, channels: 3).image, to: "\(others.path)/images/frame1.png")
    let runs = try TemporaryFolder()
    let row = tinyRow(data.path, steps: Self.steps)
    try interrupt(row, in: runs.path, after: 12)
    let state = FileManager.default.contents(atPath: "\(runs.path)/resume.safetensors")
    func refuse(_ row: Row, seed: UInt64, _ part: String) {
      let error = inputError { try Runner(row, seed: seed, folder: runs.path).run(keeping: .init(resume: true)) }
      #expect(error.subject == "\(runs.path)/resume.safetensors" && error.found.contains(part), "\(error.found)")
    }
    refuse(row, seed: 2, "seed 1 instead of 2")
    var other = row
    other.recipe.weightDecay = 0.5
    refuse(other, seed: 1, "recipe.weightDecay")
    other = row
    other.data.directory = others.path
    refuse(other, seed: 1, "data.trainFingerprint")
    // Nothing of it was touched, and the run it is of goes on.
    #expect(FileManager.default.contents(atPath: "\(runs.path)/resume.safetensors") == state)
    _ = try Runner(row, seed: 1, folder: runs.path).run(keeping: .init(resume: true))
  }

  @Test func overwritingStartsOver() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let row = tinyRow(data.path)
    _ = try Runner(row, seed: 1, folder: "\(runs.path)/a").run()
    try interrupt(row, in: "\(runs.path)/b", after: 7)
    let b = Runner(row, seed: 1, folder: "\(runs.path)/b")
    let error = inputError { try b.run() }
    #expect(error.found.contains("this run, unfinished, after step 7"), "\(error.found)")
    for option in ["--resume", "--out", "--overwrite"] { #expect(error.advice.contains(option)) }
    _ = try b.run(keeping: .init(overwrite: true))
    #expect(try runFiles("\(runs.path)/a") == runFiles("\(runs.path)/b"))
  }

  /// The state is kept at the interval and at no other step.
  @Test func theStateIsKeptAtTheInterval() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let row = tinyRow(data.path, steps: Self.steps)
    let identity = try RunIdentity(row, seed: 1, data: row.data.load())
    let path = runs.path
    let seen = Mutex<[Int]>([])
    _ = try Runner(row, seed: 1, folder: path).run(
      keeping: RunKeeping(interval: 4) {
        // Asked between two steps, before that step's own state is written.
        let state = try? ResumeFile(in: path, of: identity)
        seen.withLock { $0.append(state?.position.steps ?? 0) }
        return nil
      })
    #expect(seen.withLock { $0 } == (1..<Self.steps).map { ($0 - 1) / 4 * 4 })
  }

  @Test func aFolderInUse() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    try withExtendedLifetime(RunFolderLock(runs.path)) {
      let error = #expect(throws: RunInUse.self) {
        try Runner(tinyRow(data.path), seed: 1, folder: runs.path).run()
      }
      #expect(error?.folder == runs.path && error?.description.contains(" at work in it; expected ") == true)
    }
    _ = try Runner(tinyRow(data.path), seed: 1, folder: runs.path).run()
  }
}
