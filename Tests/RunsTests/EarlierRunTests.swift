import Foundation
import Records
import Rows
import TestSupport
import Testing

@testable import Runs

@Suite struct EarlierRunTests {
  private let data: TemporaryFolder
  private let runs: TemporaryFolder
  private let row: Row

  init() throws {
    (data, runs) = (try rectangleFolder(), try TemporaryFolder())
    row = tinyRow(data.path)
  }

  private func run(_ row: Row, _ keeping: RunKeeping = .init()) throws -> RunRecord {
    try Runner(row, seed: 1, folder: runs.path).run(keeping: keeping)
  }

  private func contents() throws -> [String: Data?] {
    let names = try FileManager.default.contentsOfDirectory(atPath: runs.path)
    return Dictionary(
      uniqueKeysWithValues: names.map { ($0, FileManager.default.contents(atPath: "\(runs.path)/\($0)")) })
  }

  private var longer: Row {
    var row = row
    row.recipe.steps += 1
    return row
  }

  /// Whatever is there, a run of something else stops, names the three options and changes no byte.
  private func expectStop(_ row: Row, _ keeping: RunKeeping = .init(), saying part: String) throws {
    let before = try contents()
    let error = inputError { try run(row, keeping) }
    #expect(error.description.contains(part), "\(error)")
    for option in ["--overwrite", "--resume"] { #expect(error.advice.contains(option), "\(error)") }
    #expect(try contents() == before)
  }

  @Test func anotherFinishedRunStops() throws {
    _ = try run(row)
    for resume in [false, true] {
      try expectStop(longer, .init(resume: resume), saying: "another finished run: recipe.steps 12 instead of 13")
    }
  }

  @Test func anUnfinishedRunStops() throws {
    #expect(throws: Interrupted.self) { try run(row, .stopping(after: 3)) }
    try expectStop(row, saying: "this run, unfinished, after step 3")
    try expectStop(longer, saying: "recipe.steps 12 instead of 13")
    try expectStop(longer, .init(resume: true), saying: "recipe.steps 12 instead of 13")
  }

  @Test func filesOfNoKnownRunStop() throws {
    try runs.write("{\"step\":1}\n", to: "metrics.jsonl")
    try expectStop(row, saying: "a run that kept no state")
    try runs.write("weights", to: "checkpoint.safetensors")
    try expectStop(row, .init(resume: true), saying: "a checkpoint without its run.json")
    try runs.write("{", to: "run.json")
    try expectStop(row, saying: "run.json")
  }

  /// A stranger's files and an empty file are nothing of a run.
  @Test func otherFilesAreNoRun() throws {
    try runs.write("mine", to: "notes.txt")
    try runs.write("", to: "metrics.jsonl")
    let record = try run(row)
    #expect(try run(row) == record && run(row, .init(resume: true)) == record)
    #expect(try String(contentsOfFile: "\(runs.path)/notes.txt", encoding: .utf8) == "mine")
  }

  /// The old files lie aside until the new run has ended, and come back where it fails.
  @Test func overwritingLosesNothingBeforeItsEnd() throws {
    let record = try run(row)
    let checkpoint = FileManager.default.contents(atPath: "\(runs.path)/checkpoint.safetensors")
    #expect(throws: Interrupted.self) { try run(longer, .stopping(after: 3, overwrite: true)) }
    #expect(try RunRecord(contentsOf: "\(runs.path)/replaced/run.json") == record)
    #expect(FileManager.default.contents(atPath: "\(runs.path)/replaced/checkpoint.safetensors") == checkpoint)
    #expect(!FileManager.default.fileExists(atPath: "\(runs.path)/run.json"))
    // Goes on, ends, and lets go.
    #expect(try run(longer, .init(resume: true)).steps == 13)
    #expect(!FileManager.default.fileExists(atPath: "\(runs.path)/replaced"))
    // Nothing of a stranger's went.
    try runs.write("mine", to: "notes.txt")
    _ = try run(row, .init(overwrite: true))
    #expect(FileManager.default.fileExists(atPath: "\(runs.path)/notes.txt"))
  }

  /// Overwritten twice without an end, both are still there.
  @Test func overwrittenAgain() throws {
    let record = try run(row)
    #expect(throws: Interrupted.self) { try run(longer, .stopping(after: 3, overwrite: true)) }
    #expect(throws: Interrupted.self) { try run(row, .stopping(after: 3, overwrite: true)) }
    #expect(try RunRecord(contentsOf: "\(runs.path)/replaced/run.json") == record)
    #expect(FileManager.default.fileExists(atPath: "\(runs.path)/replaced-2/resume.safetensors"))
  }

  /// With both options, what can go on does, and only the rest is replaced.
  @Test func resumingOrOverwriting() throws {
    let both = RunKeeping(resume: true, overwrite: true)
    let record = try run(row)
    #expect(try run(row, both) == record)
    #expect(try run(longer, both).steps == 13)
  }

  @Test func recordsOfTheOldFingerprintsAreTheSameRun() throws {
    var record = try run(row)
    (record.data.trainFingerprint, record.data.evaluationFingerprint) = ("0123456789abcdef", "0123456789abcdef")
    try record.write(to: "\(runs.path)/run.json")
    #expect(try run(row) == record)
    record.data.trainFingerprint += "0"
    try record.write(to: "\(runs.path)/run.json")
    try expectStop(row, saying: "data.trainFingerprint")
  }

  /// What computed a run is in its record, and in order where it went on with something else.
  @Test func theRecordSaysWhatComputedIt() throws {
    let kernels = try #require(try run(row).provenance.kernels)
    #expect(kernels.count == 1 && kernels[0].contains("oneDNN") && kernels[0].contains("loops"))
  }
}
