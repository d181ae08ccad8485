import Records
import Rows

/// The runs of one method on one data set that took equally long.
struct RunLength {
  var steps: Int
  var runs: [RecordedRun]
}

extension RecordArchive {
  /// The method's row and its longer ones, those that are recorded, by their steps.
  func lengths(of method: Method, on data: String) -> [RunLength] {
    let name = method.row(on: data)
    let longer = Row.longer.map(\.name).filter { $0.hasPrefix("\(name)-") && Int($0.dropFirst(name.count + 1)) != nil }
    return ([name] + longer).compactMap { row in
      let runs = runs(of: row)
      return runs.first.map { RunLength(steps: $0.record.steps, runs: runs) }
    }.sorted { $0.steps < $1.steps }
  }
}
