import ArgumentParser
import Experiments
import Foundation

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check that what the project claims still holds.",
    subcommands: [Determinism.self])

  struct Determinism: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The same run gives the same bytes: repeated, interrupted and resumed, and nearly with more threads.",
      discussion: "Exit status 1 where it doesn't, with the row and the check on standard error.")

    @Flag(help: "Print one JSON object.") var json = false
    @OptionGroup var threading: ThreadOptions

    /// What `--json` prints.
    private struct Summary: Codable {
      var findings: [DeterminismCheck.Finding]
      var steps: Int
      var leastTolerance: Double
      var largestTolerance: Double
      var failures: [String]
    }

    func run() throws {
      try reportingErrors {
        try threading.apply()
        let check = DeterminismCheck()
        let findings = try check.run()
        let failures = findings.flatMap(\.failures)
        if json {
          let encoder = JSONEncoder()
          encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
          let summary = Summary(
            findings: findings, steps: check.steps, leastTolerance: DeterminismCheck.leastTolerance,
            largestTolerance: DeterminismCheck.largestTolerance, failures: failures)
          print(String(decoding: try encoder.encode(summary), as: UTF8.self))
        } else {
          print(check.table(findings).markdown)
        }
        for failure in failures { printError("failed: \(failure)") }
        if !failures.isEmpty { throw ExitCode.failure }
      }
    }
  }
}
