import Foundation
import Rows
import Support

/// A finished run as figures see it: its record, its curve, and where they lie.
package struct RecordedRun: Sendable {
  package var record: RunRecord
  package var lines: [MetricsLine]
  package var folder: String

  package init(record: RunRecord, lines: [MetricsLine], folder: String) {
    (self.record, self.lines, self.folder) = (record, lines, folder)
  }
}

/// All recorded runs of some folders.
package struct RecordArchive: Sendable {
  /// By row, in the order of the rows' names, then by seed.
  package private(set) var runs: [RecordedRun] = []
  /// What was left out, and why: one sentence each.
  package private(set) var warnings: [String] = []

  package init(_ runs: [RecordedRun] = []) {
    self.runs = runs.sorted { ($0.record.row.name, $0.record.seed) < ($1.record.row.name, $1.record.seed) }
  }

  /// Reads every `*/run.json` of a folder, with the `metrics.jsonl` beside it.
  ///
  /// A record that can't be read, one of another format say, is left out with a warning; so are a run whose settings aren't
  /// its row's, a second run of a row and seed, and the curve of a run whose metrics are missing. Runs whose rewards came
  /// from a program aren't the row's and are left out without one.
  ///
  /// - Throws: `InputError` where the folder doesn't exist.
  package init(contentsOf folder: String) throws {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      throw InputError(
        folder, found: "no readable folder", expected: "a folder of runs",
        advice: "Records are in paper/records, or wherever rss reproduce --runs put them.")
    }
    var found: [RecordedRun] = []
    for name in names where FileManager.default.fileExists(atPath: "\(folder)/\(name)/run.json") {
      let run = "\(folder)/\(name)"
      do {
        let record = try RunRecord(contentsOf: "\(run)/run.json")
        guard record.rewardCommand == nil else { continue }
        if let reason = try Self.reasonToLeaveOut(record, beside: found) {
          warnings.append("\(run)/run.json: \(reason). It is left out.")
          continue
        }
        let reading = try? MetricsReading(contentsOf: "\(run)/metrics.jsonl")
        if reading == nil { warnings.append("\(run): no metrics.jsonl, so the run has no curve.") }
        warnings += reading?.warnings ?? []
        found.append(RecordedRun(record: record, lines: reading?.lines ?? [], folder: run))
      } catch let error as InputError {
        warnings.append("\(error.subject): found \(error.found); expected \(error.expected). It is left out.")
      }
    }
    let sorted = RecordArchive(found)
    runs = sorted.runs
  }

  /// Why a run says nothing about its row, or nothing new; nil where it does. Rows of folders have the data and settings that
  /// they are given.
  private static func reasonToLeaveOut(_ record: RunRecord, beside found: [RecordedRun]) throws -> String? {
    if let row = Row.all.first(where: { $0.name == record.row.name }), row.data.name != Row.folderImage.data.name {
      let differences = try record.differences(from: row)
      if !differences.isEmpty { return "not what its row does: \(differences.joined(separator: "; "))" }
    }
    let twin = found.first { run in
      run.record.row.name == record.row.name && run.record.seed == record.seed && run.record.data == record.data
        && run.record.row.recipe == record.row.recipe
    }
    return twin.map { "row \(record.row.name) and seed \(record.seed) are those of \($0.folder)" }
  }

  package var records: [RunRecord] { runs.map(\.record) }

  /// How many there are of the row with this name.
  package func count(ofRuns name: String) -> Int { runs.count { $0.record.row.name == name } }

  /// The runs of a row by its name, in the order of their seeds; none of no row.
  package func runs(of row: Row?) -> [RecordedRun] { runs.filter { $0.record.row.name == row?.name } }

  /// The runs of rows that are compared with each other: on each data set those of the seeds that all of its rows have, as far as they are
  /// recorded. Where they share no seed, all of them.
  package func comparable(_ rows: [Row]) -> RecordArchive {
    let compared = Dictionary(grouping: rows, by: \.data.name).values.flatMap { rows -> [RecordedRun] in
      let names = Set(rows.map(\.name))
      let runs = runs.filter { names.contains($0.record.row.name) }
      let seeds = Dictionary(grouping: runs, by: \.record.row.name).values.map { Set($0.map(\.record.seed)) }
      let shared = seeds.dropFirst().reduce(seeds.first ?? []) { $0.intersection($1) }
      return shared.isEmpty ? runs : runs.filter { shared.contains($0.record.seed) }
    }
    return RecordArchive(compared)
  }

  /// Names of data sets in the order of the project's rows, others after them by name.
  package var dataNames: [String] {
    let known = Row.all.map(\.data.name)
    func rank(_ name: String) -> Int { known.firstIndex(of: name) ?? known.count }
    return Set(runs.map(\.record.row.data.name)).sorted { (rank($0), $0) < (rank($1), $1) }
  }
}
