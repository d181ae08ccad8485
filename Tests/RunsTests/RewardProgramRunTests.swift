import Foundation
import Records
import Rewards
import Rows
import TestSupport
import Testing

@testable import Runs

/// Runs whose rewards come from a program.
@Suite(.enabled(if: rewardServer("") != nil, "python3 isn't here"))
struct RewardProgramRunTests {
  /// A program that scores is started again, asked from the next step on, and must be the same one.
  @Test func withARewardProgram() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let row = tinyRow(data.path, .imageReward)
    let command = try #require(rewardServer("\(data.path)/labels"))
    func run(_ out: String, score: String = "", _ keeping: RunKeeping = .init(resume: true)) throws -> RunRecord {
      let program = try RewardProgram(command: command + score, timeoutSeconds: 60)
      return try Runner(row, seed: 1, folder: "\(runs.path)/\(out)", rewardProgram: program).run(keeping: keeping)
    }
    let whole = try run("whole")
    #expect(throws: Interrupted.self) { try run("cut", .stopping(after: 5)) }
    let error = inputError { try run("cut", score: " --score dice") }
    #expect(error.found.contains("rewardCommand \(command) instead of \(command) --score dice"))
    #expect(try run("cut").result == whole.result)
    #expect(try runFiles("\(runs.path)/cut") == runFiles("\(runs.path)/whole"))
  }

  /// Rewards can be dear: a program that fails loses none of the steps that had theirs, and the run goes on with it mended.
  @Test func aProgramThatFailsLosesNoStep() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let row = tinyRow(data.path, .imageReward)
    let whole = try Runner(row, seed: 1, folder: "\(runs.path)/whole").run()
    // Until it is mended, it ends after a greeting and five answers.
    let server = try #require(rewardServer("\(data.path)/labels"))
    let command = "if [ -e '\(runs.path)/mended' ]; then exec \(server); else \(server) | sed -u 6q; fi"
    let program = try RewardProgram(command: command, timeoutSeconds: 60)
    func run(_ resume: Bool) throws -> RunRecord {
      try Runner(row, seed: 1, folder: "\(runs.path)/cut", rewardProgram: program).run(keeping: .init(resume: resume))
    }
    for resume in [false, true] {
      let error = inputError { try run(resume) }
      let steps = resume ? 10 : 5
      #expect(error.advice.contains("\(steps) steps are kept in \(runs.path)/cut/: the same command with --resume"))
    }
    try runs.write("", to: "mended")
    #expect(try run(true).result == whole.result)
    #expect(try runFiles("\(runs.path)/cut") == runFiles("\(runs.path)/whole"))
  }

  /// What fails once rewards have come, as a gradient that isn't finite does, can't be gone on with.
  @Test func aDivergingRunKeepsNothing() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    var row = tinyRow(data.path, .imageReward)
    (row.recipe.learningRate, row.recipe.steps) = (1e30, 60)
    let program = try RewardProgram(command: try #require(rewardServer("\(data.path)/labels")), timeoutSeconds: 60)
    let error = inputError { try Runner(row, seed: 1, folder: runs.path, rewardProgram: program).run() }
    #expect(error.found.contains("not a finite number") && !error.advice.contains("--resume"))
    #expect(!FileManager.default.fileExists(atPath: "\(runs.path)/resume.safetensors"))
  }
}
