import Records
import Rows

/// The tables of the reproduction, each a function of run records alone.
package struct TablePlan: Sendable {
  package let number: Int
  /// Its rows, for a profile; they run in this order.
  package let rows: @Sendable (Profile) -> [Row]
  package let make: @Sendable ([RunRecord]) -> Table

  package init(
    number: Int, rows: @escaping @Sendable (Profile) -> [Row], make: @escaping @Sendable ([RunRecord]) -> Table
  ) {
    (self.number, self.rows, self.make) = (number, rows, make)
  }

  package enum Profile: String, Sendable, CaseIterable {
    /// FashionScenes 32 x 32, three seeds: minutes.
    case quick
    /// All data sets, five seeds: hours.
    case full

    package var seeds: Int { self == .quick ? 3 : 5 }
  }

  /// The table of those of the records that are of its rows by name and recipes, in the rows' order; nil where there is none.
  ///
  /// - Parameter images: what is known of other validation images: said under the table for the rows that it has.
  package func table(of records: [RunRecord], images: ValidationImages = ValidationImages()) -> Table? {
    let mine = rows(.full).flatMap { row in
      records.filter { $0.isOf(row) }.sorted { $0.seed < $1.seed }.map {
        var record = $0
        record.row = row  // its title may have been reworded since
        return record
      }
    }
    guard !mine.isEmpty else { return nil }
    var table = make(mine)
    table.notes += [imagesNote(images, of: mine.map(\.row.name))].compactMap(\.self)
    return table
  }

  package static let all = [table1, table2, table3, table4, table5, table6]
}
