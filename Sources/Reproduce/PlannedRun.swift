import Records
import Rows
import Runs

/// One run of a reproduction's list: a row with a seed.
package struct PlannedRun: Sendable, Equatable {
  /// Its place in the list, from 1 on: it follows from tables, profile and seeds alone.
  package let index: Int
  package let row: Row
  package let seed: UInt64
  package let folder: String

  package var name: String { "\(row.name) seed \(seed)" }
}

extension [PlannedRun] {
  /// The runs in the list's order, those together that train the same classifier (`SharedWork`): in one process it is
  /// trained once. Any other is by itself.
  var bundles: [[PlannedRun]] {
    var bundles: [(mark: SharedWork.Mark?, runs: [PlannedRun])] = []
    for run in self {
      let mark = SharedWork.Mark(run.row, seed: run.seed)
      if mark != nil, let place = bundles.firstIndex(where: { $0.mark == mark }) {
        bundles[place].runs.append(run)
      } else {
        bundles.append((mark, [run]))
      }
    }
    return bundles.map(\.runs)
  }
}
