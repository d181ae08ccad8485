import Records
import Rows
import Runs
import Tables
import TestSupport

@testable import Reproduce

/// What a reproduction's events said, in order.
struct EventLog {
  var attempted: [String] = []
  var started: [String] = []
  var skipped: [String] = []
  var finished: [RunRecord] = []
  var failed: [String] = []
  var held: [String] = []
  var drifted: [String] = []
  var unavailable: [String] = []

  mutating func add(_ event: Reproduction.Event) {
    func name(_ run: PlannedRun) -> String { "\(run.row.name) \(run.seed)" }
    switch event {
    case .attempted(let run, let state): attempted.append("\(name(run)): \(state.word) \(state.detail)")
    case .started(let run, let place, let count): started.append("\(place)/\(count) \(name(run))")
    case .skipped(let run): skipped.append(name(run))
    case .finished(_, let record): finished.append(record)
    case .failed(let run, let cause): failed.append("\(name(run)): \(cause)")
    case .held(let run, let holder): held.append("\(name(run)): \(holder)")
    case .drifted(let text): drifted.append(text)
    case .unavailable(let source, let error): unavailable.append("\(source.name): \(error.found)")
    }
  }
}

extension Reproduction {
  /// Runs and notes what it says.
  func logged(by pool: ProcessPool? = nil) throws -> (outcome: Outcome, log: EventLog) {
    var log = EventLog()
    let outcome = try run(by: pool) { log.add($0) }
    return (outcome, log)
  }

  /// The list's states, a line each.
  func stateLines() throws -> [String] {
    try states { _ in }.map { run, state in
      "\(run.index) \(run.row.name) \(run.seed) \(state.word)\(state.detail.isEmpty ? "" : " \(state.detail)")"
    }
  }
}

/// A table of some rows, a line each run.
func tablePlan(_ rows: [Row], number: Int = 9) -> TablePlan {
  TablePlan(number: number, rows: { _ in rows }) { records in
    Table(
      name: "table\(number)", caption: "T", columns: ["Row", "Seed", "mIoU"],
      rows: records.map {
        [.text($0.row.name), .number(Double($0.seed), digits: 0), .number($0.result.mIoU ?? -1, digits: 9)]
      })
  }
}

func reproduction(
  _ plans: [TablePlan], seeds: Int, in runs: TemporaryFolder, _ keeping: RunKeeping = RunKeeping(resume: true)
) -> Reproduction {
  Reproduction(
    tables: plans, profile: .quick, seeds: seeds, runs: "\(runs.path)/runs", output: "\(runs.path)/tables",
    keeping: keeping)
}
