import Foundation
import Metrics
import Support

/// A table of results, rendered alike as Markdown, CSV and LaTeX.
package struct Table: Sendable, Equatable {
  package enum Cell: Sendable, Equatable {
    case text(String)
    /// Mean and 95% interval over seeds, in the unit of the column.
    case interval(Interval)
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

  package init(name: String, caption: String, columns: [String], rows: [[Cell]], notes: [String] = []) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "every row has a cell for each column")
    (self.name, self.caption, self.columns, self.rows, self.notes) = (name, caption, columns, rows, notes)
  }

  /// Writes `NAME.md`, `NAME.csv` and `NAME.tex`.
  package func write(to folder: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw InputError(
        folder, found: "a folder that can't be made", expected: "a writable folder",
        advice: "Name another one with --tables.")
    }
    for (ending, text) in [("md", markdown), ("csv", csv), ("tex", latex)] {
      try AtomicFile.write(Data(text.utf8), to: "\(folder)/\(name).\(ending)")
    }
  }
}

extension Table.Cell {
  /// `0.721 [0.715, 0.728]`: three digits, which is what a few hundred validation images carry.
  package var plain: String {
    switch self {
    case .text(let text): return text
    case .number(let value, let digits): return String(format: "%.\(digits)f", value)
    case .missing: return "–"
    case .interval(let i):
      guard i.count > 1 else { return String(format: "%.3f", i.mean) }
      return String(format: "%.3f [%.3f, %.3f]", i.mean, i.lower, i.upper)
    }
  }
}

extension Table {
  package var markdown: String {
    // A bar in a class's name would end the cell.
    let cells = ([columns] + rows.map { $0.map(\.plain) }).map { row in
      row.map { $0.replacingOccurrences(of: "|", with: "\\|") }
    }
    let widths = columns.indices.map { c in cells.map { $0[c].count }.max() ?? 0 }
    func line(_ row: [String]) -> String {
      "| " + zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: " | ") + " |"
    }
    let rule = "|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|"
    let body = ([line(cells[0]), rule] + cells.dropFirst().map(line)).joined(separator: "\n")
    return "**\(caption)**\n\n\(body)\n" + notes.map { "\n\($0)\n" }.joined()
  }

  /// One column per number: an interval becomes mean, lower, upper and the number of seeds.
  package var csv: String {
    let isInterval = columns.indices.map { c in
      rows.contains { if case .interval = $0[c] { true } else { false } }
    }
    func quoted(_ text: String) -> String {
      text.contains(where: { ",\"\n".contains($0) }) ? "\"\(text.replacingOccurrences(of: "\"", with: "\"\""))\"" : text
    }
    let header = zip(columns, isInterval).flatMap { title, wide in
      wide ? [title, "\(title) lower", "\(title) upper", "\(title) seeds"] : [title]
    }
    let lines = rows.map { row in
      zip(row, isInterval).flatMap { cell, wide -> [String] in
        let fields: [String]
        switch cell {
        case .interval(let i): fields = ["\(i.mean)", "\(i.lower)", "\(i.upper)", "\(i.count)"]
        case .number(let value, _): fields = ["\(value)"]
        case .text(let text): fields = [text]
        case .missing: fields = [""]
        }
        return fields + Array(repeating: "", count: (wide ? 4 : 1) - fields.count)
      }
    }
    return ([header] + lines).map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  package var latex: String {
    func escaped(_ text: String) -> String {
      let special: [Character: String] = [
        "&": "\\&", "%": "\\%", "_": "\\_", "#": "\\#", "$": "\\$", "{": "\\{", "}": "\\}", "–": "--", "×": "$\\times$",
        "≥": "$\\geq$", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "\\": "\\textbackslash{}",
      ]
      return text.map { special[$0] ?? String($0) }.joined()
    }
    func cell(_ cell: Cell) -> String {
      guard case .interval(let i) = cell, i.count > 1 else { return escaped(cell.plain) }
      return String(format: "%.3f {\\scriptsize [%.3f, %.3f]}", i.mean, i.lower, i.upper)
    }
    let alignment = columns.indices.map { $0 < 2 ? "l" : "r" }.joined()
    let body = rows.map { $0.map(cell).joined(separator: " & ") + " \\\\" }.joined(separator: "\n")
    return """
      % Needs \\usepackage{booktabs}.
      \\begin{table}
      \\centering
      \\caption{\(escaped(caption))}
      \\label{tab:\(name)}
      \\begin{tabular}{\(alignment)}
      \\toprule
      \(columns.map(escaped).joined(separator: " & ")) \\\\
      \\midrule
      \(body)
      \\bottomrule
      \\end{tabular}
      \(notes.map { "\\par\\footnotesize \(escaped($0))" }.joined(separator: "\n"))
      \\end{table}

      """
  }
}
