import Foundation
import Records
import Support

/// A table of results, rendered alike as Markdown, CSV and LaTeX (`TableMarkdown.swift`, `TableCSV.swift`, `TableLaTeX.swift`).
package struct Table: Sendable, Equatable {
  package enum Cell: Sendable, Equatable {
    case text(String)
    /// One number for each seed: mean and 95% interval, or the numbers themselves where they are too few for one.
    case seeds(SeedValues)
    /// The same of a difference, with its sign.
    case difference(SeedValues)
    case number(Double, digits: Int)
    /// Nothing to measure: no background class, no seed.
    case missing
  }

  /// File name without ending: `table1`.
  package var name: String
  package var caption: String
  package var columns: [String]
  package var rows: [[Cell]]
  /// Lines under the table.
  package var notes: [String]

  /// The column that says how many seeds a row has; a file with a line for each seed leaves it out.
  package static let seedsColumn = "Seeds"

  package init(name: String, caption: String, columns: [String], rows: [[Cell]], notes: [String] = []) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "every row has a cell for each column")
    (self.name, self.caption, self.columns, self.rows, self.notes) = (name, caption, columns, rows, notes)
  }

  /// Writes `NAME.md`, `NAME.csv`, `NAME-seeds.csv` with every seed's numbers, and `NAME.tex`.
  package func write(to folder: String) throws {
    try Folder.make(folder, advice: "Name another one with --tables.")
    for (ending, text) in [(".md", markdown), (".csv", csv), ("-seeds.csv", seedsCSV), (".tex", latex)] {
      try AtomicFile.write(Data(text.utf8), to: "\(folder)/\(name)\(ending)")
    }
  }
}

extension Table.Cell {
  /// Values of seeds, or nothing.
  package init(_ values: SeedValues?) { self = values.map(Table.Cell.seeds) ?? .missing }

  package var plain: String {
    switch self {
    case .text(let text): text
    case .number(let value, let digits): String(format: "%.\(digits)f", value)
    case .missing: "–"
    case .seeds(let values): values.text
    case .difference(let values): values.text { String(format: "%+.3f", $0) }
    }
  }

  /// What it says of each seed; nil where it isn't about seeds.
  var seedValues: SeedValues? {
    switch self {
    case .seeds(let values), .difference(let values): values
    case .text, .number, .missing: nil
    }
  }
}
