import Records
import Rows

/// The runs of one method on one data set that took equally long.
struct RunLength {
  var row: Row
  var runs: [RecordedRun]
  var steps: Int { row.recipe.steps }
}

extension RecordArchive {
  /// The method's row and its longer ones, those that are recorded, by their steps.
  func lengths(of method: Method, on data: String) -> [RunLength] {
    method.lengths(on: data).map { RunLength(row: $0, runs: runs(of: $0)) }.filter { !$0.runs.isEmpty }
      .sorted { $0.steps < $1.steps }
  }
}

extension Method {
  /// The method's rows on a data set: its own and the longer ones.
  func lengths(on data: String) -> [Row] { row(on: data).map { [$0] + $0.longer } ?? [] }
}
