import ArgumentParser
import Checks
import Foundation
import Records
import Rows
import Support

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check that what the project claims still holds.",
    subcommands: [Determinism.self, Convergence.self, Images.self])

  struct Determinism: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "The same run gives the same bytes: repeated, interrupted and resumed, in shards with threads and ranks.",
      discussion: "Exit status 1 where it doesn't, with the row and the check on standard error.")

    @Option(help: "Check this row instead; can be given more than once.") var row: [String] = []
    @Option(
      parsing: .upToNextOption, help: "Numbers of ranks, which mpirun starts; by default 2 where there is mpirun.")
    var ranks: [Int] = hasMPIRun ? [2] : []
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
        let rows = try row.isEmpty ? DeterminismCheck.rows : row.map(Row.named)
        let check = DeterminismCheck(rows: rows, program: Bundle.main.executablePath, ranks: ranks)
        let findings = try check.run()
        let failures = findings.flatMap(\.failures)
        if json {
          let summary = Summary(
            findings: findings, steps: check.steps, leastTolerance: DeterminismCheck.leastTolerance,
            largestTolerance: DeterminismCheck.largestTolerance, failures: failures)
          try printJSON(summary)
        } else {
          print(check.table(findings).markdown)
        }
        for failure in failures { printError("failed: \(failure)") }
        if !failures.isEmpty { throw ExitCode.failure }
      }
    }
  }

  struct Convergence: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The quick rows converge as the committed baselines say.",
      discussion: """
        Trains \(ConvergenceCheck.rows.map(\.name).joined(separator: ", ")) and compares mIoU and the gradient's size at the \
        last two of ten points. Exit status 1 where one moved by more than seeds do, with its name on standard error.
        """)

    @Option(help: "Seeds of each row; default 1, and 10 with --update.") var seeds: Int?
    @Option(help: "The file of baselines.") var baselines: String = "benchmarks/convergence.json"
    @Option(help: "Where run folders go.") var runs: String = "runs/check"
    @Flag(help: "Write new baselines instead.") var update = false
    @Flag(help: "Print one JSON list.") var json = false
    @OptionGroup var threading: ThreadOptions

    func run() throws {
      try reportingErrors {
        try threading.apply()
        let count = seeds ?? (update ? 10 : 1)
        guard (1...1000).contains(count) else {
          throw InputError("--seeds", found: "\(count)", expected: "1 to 1000", advice: "One is the default.")
        }
        let check = ConvergenceCheck(seeds: count)
        let known = update ? [] : try ConvergenceCheck.readBaselines(baselines)
        if !update { try check.validate(known, named: baselines) }
        let data = try DataSource.fashion32.load()
        let curves = try check.curves { row, seed in
          try ConvergenceCheck.train(row, seed: seed, on: data, under: runs)
        } report: { row, seed, curve in
          let points = curve.map { String(format: "%.3f", $0.mIoU) }.joined(separator: " ")
          printError("\(row.name) seed \(seed): mIoU \(points)")
        }
        if update {
          try ConvergenceCheck.write(curves, to: baselines)
          print("Baselines of \(count) seeds are in \(baselines).")
          return
        }
        let findings = try check.compare(curves, with: known, named: baselines)
        if json {
          try printJSON(findings)
        } else {
          for finding in findings { print("\(finding.holds ? "holds " : "MOVED ") \(finding.text)") }
        }
        let moved = findings.filter { !$0.holds }
        for finding in moved { printError("failed: \(finding.text)") }
        if !moved.isEmpty { throw ExitCode.failure }
      }
    }
  }

  struct Images: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What other validation images would change, for rows that decide claims.",
      discussion: """
        Needs the checkpoints of runs: \(ImagesCheck.rows.map(\.name).joined(separator: ", ")), as far as they are there. Writes 95% \
        bootstrap intervals over the validation split's images; rss tables says them under the tables.
        """)

    @Option(help: "Where run folders are.") var runs: String = "runs"
    @Option(help: "The seed of the runs.") var seed: UInt64 = 1
    @Option(help: "The file to write.") var out: String = "paper/records/\(ValidationImages.fileName)"
    @OptionGroup var threading: ThreadOptions

    func run() throws {
      try reportingErrors {
        try threading.apply()
        let findings = try ImagesCheck(runs: runs, seed: seed).findings { printError("\($0.name) ...") }
        for finding in findings.findings {
          let ratio = finding.ratio?.text().map { ", ratio to cross-entropy \($0)" } ?? ""
          print("\(finding.row): mIoU \(finding.mIoU.text() ?? "–") over \(finding.mIoU.count) images\(ratio)")
        }
        try findings.write(to: out)
        print(out)
      }
    }
  }
}
