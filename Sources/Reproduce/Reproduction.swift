import Datasets
import Foundation
import Records
import Rows
import Runs
import Support
import Tables

/// Runs the rows of some tables over their seeds, all of them or a part, and writes the tables.
package struct Reproduction: Sendable {
  /// What of the list is run.
  package enum Selection: Sendable {
    case all
    case share(Share)
    /// By index.
    case runs(Set<Int>)
  }

  package var tables: [TablePlan]
  package var profile: TablePlan.Profile
  package var seeds: Int
  package var selection = Selection.all
  /// Where run folders are.
  package var runs: String
  /// Where tables go.
  package var output: String
  /// Whether unfinished runs go on, and what is there of others is replaced. Finished runs of the same row, seed and data are
  /// kept.
  package var keeping: RunKeeping
  /// Whether each run's progress goes to standard error, or its notes alone.
  package var showsSteps = true

  package init(
    tables: [TablePlan], profile: TablePlan.Profile, seeds: Int, runs: String, output: String,
    keeping: RunKeeping
  ) {
    (self.tables, self.profile, self.seeds) = (tables, profile, seeds)
    (self.runs, self.output, self.keeping) = (runs, output, keeping)
  }

  /// What `run` reports as it goes on.
  package enum Event {
    /// An earlier attempt failed or was stopped: said of all before the first begins.
    case attempted(PlannedRun, RunState)
    /// - Parameter place: among those of the selection whose data is here.
    case started(PlannedRun, place: Int, of: Int)
    case skipped(PlannedRun)
    case finished(PlannedRun, RunRecord)
    case failed(PlannedRun, cause: String)
    /// Another process is at work on it: it is left to that one.
    case held(PlannedRun, by: String)
    /// A row's mean lies outside what the project measured before.
    case drifted(String)
    /// The data isn't on this machine; the rows that need it are left out.
    case unavailable(DataSource, InputError)
  }

  /// What came of it.
  package struct Outcome {
    /// Written where every run of the list has finished, of data that is here. A part of them, or those that didn't
    /// fail, would make means of whatever was left.
    package var tables: [Table] = []
    package var failures: [(run: PlannedRun, cause: String)] = []
    /// Left to other processes.
    package var held: [PlannedRun] = []
    /// The signal that stopped it, where processes did the runs.
    package var signal: Int32?
    var records: [Int: RunRecord] = [:]

    /// Runs that are recorded, now or before.
    package var finished: Int { records.count }
  }

  /// The rows that the tables need, each once.
  package var rows: [Row] {
    tables.flatMap { $0.rows(profile) }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private var sources: [DataSource] {
    rows.map(\.data).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// All runs, in the order in which one process does them: data set by data set, row by row, seed by seed.
  package var list: [PlannedRun] {
    sources.flatMap { source in
      rows.filter { $0.data == source }.flatMap { row in (1...UInt64(max(1, seeds))).map { (row: row, seed: $0) } }
    }.enumerated().map { offset, run in
      PlannedRun(
        index: offset + 1, row: run.row, seed: run.seed,
        folder: runFolder(of: run.row.name, seed: run.seed, under: runs))
    }
  }

  package var selected: [PlannedRun] {
    switch selection {
    case .all: list
    case .share(let share): share.runs(of: list)
    case .runs(let indices): list.filter { indices.contains($0.index) }
    }
  }

  /// The selected runs and what their folders say of them; nothing is run.
  package func states(_ report: (Event) -> Void) throws -> [(run: PlannedRun, state: RunState)] {
    let selected = selected
    let data = try load(for: selected, report)
    return try selected.map { run in
      guard let splits = data.of(run) else { return (run, .withoutData) }
      let identity = try RunIdentity(run.row, seed: run.seed, data: splits)
      return (run, RunState(of: run, identity, folderOption: keeping.folderOption))
    }
  }

  /// Does the selected runs, in this process or in others.
  ///
  /// Data that can't be had leaves its rows out, said by an event. A run that fails doesn't end the others: its cause
  /// is noted in its folder. A run that another process works on is left to that one.
  ///
  /// - Throws: `InputError` for an earlier run that can neither be kept nor gone on with, before anything is run;
  ///   `Interrupted` where `keeping` stopped a run of this process.
  package func run(by pool: ProcessPool? = nil, report: (Event) -> Void) throws -> Outcome {
    let selected = selected
    let data = try load(for: selected, report)
    let attempts = try selected.compactMap { run in
      try data.of(run).map { try Attempt(run, RunIdentity(run.row, seed: run.seed, data: $0), keeping) }
    }
    // What can't be kept or gone on with is said before the first hour is spent.
    for attempt in attempts { try attempt.look(report) }
    var outcome = Outcome()
    if let pool {
      runInProcesses(of: pool, attempts, &outcome, report)
    } else {
      let shared = SharedWork()
      for (offset, attempt) in attempts.enumerated() {
        guard let splits = data.of(attempt.run) else { continue }
        try attempt.perform(
          on: splits, sharing: shared, place: (offset + 1, attempts.count), showsSteps: showsSteps, &outcome, report)
      }
    }
    if case .all = selection, outcome.finished == attempts.count {
      let records = outcome.records.sorted { $0.key < $1.key }.map(\.value)
      for text in drifts(records) { report(.drifted(text)) }
      outcome.tables = try write(tablesOf: records)
    }
    return outcome
  }

  /// The data of some runs, loaded once; what isn't on this machine is reported and left out.
  private func load(for runs: [PlannedRun], _ report: (Event) -> Void) throws -> LoadedData {
    LoadedData(
      splits: try sources.filter { source in runs.contains { $0.row.data == source } }.compactMap { source in
        do {
          return (source, try source.load())
        } catch let error as InputError where source.kind == .folder {
          report(.unavailable(source, error))
          return nil
        }
      })
  }

  private struct LoadedData {
    var splits: [(source: DataSource, splits: DatasetSplits)]

    func of(_ run: PlannedRun) -> DatasetSplits? { splits.first { $0.source == run.row.data }?.splits }
  }

  private func write(tablesOf records: [RunRecord]) throws -> [Table] {
    try tables.map { plan in
      let wanted = plan.rows(profile)
      let table = plan.make(records.filter { wanted.contains($0.row) })
      try table.write(to: output)
      return table
    }
  }

  /// Rows whose mean over at least three seeds isn't the expected one, in words.
  private func drifts(_ records: [RunRecord]) -> [String] {
    rows.compactMap { row in
      let values = records.filter { $0.row == row }.compactMap(\.result.mIoU)
      guard let expected = row.expected, values.count >= 3 else { return nil }
      let mean = values.reduce(0, +) / Double(values.count)
      guard abs(mean - expected.mIoU) > expected.tolerance else { return nil }
      return String(
        format: "%@: mean mIoU %.3f over %d seeds; %.3f was expected, give or take %.3f", row.name, mean, values.count,
        expected.mIoU, expected.tolerance)
    }
  }
}
