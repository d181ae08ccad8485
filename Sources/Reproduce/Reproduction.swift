import Datasets
import Foundation
import Records
import Rows
import Runs
import Support
import Tables

/// Runs the rows of some tables over their seeds and writes the tables.
package struct Reproduction: Sendable {
  package var tables: [TablePlan]
  package var profile: TablePlan.Profile
  package var seeds: Int
  /// Where run folders are.
  package var runs: String
  /// Where tables go.
  package var output: String
  /// Whether unfinished runs go on, and what is there of others is replaced. Finished runs of the same row, seed and data are
  /// kept.
  package var keeping: RunKeeping

  package init(
    tables: [TablePlan], profile: TablePlan.Profile, seeds: Int, runs: String, output: String,
    keeping: RunKeeping
  ) {
    (self.tables, self.profile, self.seeds) = (tables, profile, seeds)
    (self.runs, self.output, self.keeping) = (runs, output, keeping)
  }

  /// What `run` reports as it goes on.
  package enum Event {
    case started(Row, seed: UInt64, index: Int, of: Int)
    case skipped(Row, seed: UInt64)
    case finished(RunRecord)
    /// A row's mean lies outside what the project measured before.
    case drifted(String)
    /// The data isn't on this machine; the rows that need it are left out.
    case unavailable(DataSource, InputError)
  }

  /// The rows that the tables need, each once.
  package var rows: [Row] {
    tables.flatMap { $0.rows(profile) }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Data that can't be had leaves its rows out, said by an event; everything else that fails ends the reproduction.
  package func run(report: (Event) -> Void) throws -> [Table] {
    let plan = try available(report).flatMap { source, data in
      rows.filter { $0.data == source }
        .flatMap { row in (1...UInt64(max(1, seeds))).map { (row: row, seed: $0, data: data) } }
    }
    // What can't be kept or gone on with is said before the first hour is spent.
    for (row, seed, data) in plan { _ = try verdict(row, seed: seed, on: data) }
    let shared = SharedWork()
    let records = try plan.enumerated().map { index, run in
      try record(
        run.row, seed: run.seed, on: run.data, sharing: shared, place: (index + 1, plan.count), report)
    }
    for text in drifts(records) { report(.drifted(text)) }
    return try tables.map { plan in
      let wanted = plan.rows(profile)
      let table = plan.make(records.filter { wanted.contains($0.row) })
      try table.write(to: output)
      return table
    }
  }

  /// The data of all rows, loaded once; what isn't on this machine is reported and left out.
  private func available(_ report: (Event) -> Void) throws -> [(DataSource, DatasetSplits)] {
    let sources = rows.map(\.data).reduce(into: [DataSource]()) { if !$0.contains($1) { $0.append($1) } }
    return try sources.compactMap { source in
      do {
        return (source, try source.load())
      } catch let error as InputError where source.kind == .folder {
        report(.unavailable(source, error))
        return nil
      }
    }
  }

  /// What becomes of a run that is in its folder already.
  private func verdict(_ row: Row, seed: UInt64, on data: DatasetSplits) throws -> EarlierRun.Verdict {
    try EarlierRun(in: runFolder(of: row.name, seed: seed, under: runs))
      .verdict(for: try RunIdentity(row, seed: seed, data: data), keeping)
  }

  /// One run's record: an earlier one of the same row, seed and data, or a new one.
  private func record(
    _ row: Row, seed: UInt64, on data: DatasetSplits, sharing shared: SharedWork, place: (index: Int, count: Int),
    _ report: (Event) -> Void
  ) throws -> RunRecord {
    let folder = runFolder(of: row.name, seed: seed, under: runs)
    if case .finished(var record) = try verdict(row, seed: seed, on: data) {
      report(.skipped(row, seed: seed))
      record.row = row  // its folder, title and expectation may have been reworded since
      return record
    }
    report(.started(row, seed: seed, index: place.index, of: place.count))
    let progress = ProgressLine(enabled: true, label: "[\(place.index)/\(place.count)] \(row.name) seed \(seed)")
    let record = try Runner(row, seed: seed, folder: folder, shared: shared).run(
      on: data, keeping: keeping, progress: progress)
    report(.finished(record))
    return record
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
