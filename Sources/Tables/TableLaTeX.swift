import Foundation
import Records

extension Table {
  /// A floating table of the `booktabs` package; the first two columns stand to the left.
  package var latex: String {
    let alignment = columns.indices.map { $0 < 2 ? "l" : "r" }.joined()
    let body = rows.map { $0.map(\.latex).joined(separator: " & ") + " \\\\" }.joined(separator: "\n")
    return """
      % Needs \\usepackage{booktabs}.
      \\begin{table}
      \\centering
      \\caption{\(escapedLaTeX(caption))}
      \\label{tab:\(name)}
      \\begin{tabular}{\(alignment)}
      \\toprule
      \(columns.map(escapedLaTeX).joined(separator: " & ")) \\\\
      \\midrule
      \(body)
      \\bottomrule
      \\end{tabular}
      \(notes.map { "\\par\\footnotesize \(escapedLaTeX($0))" }.joined(separator: "\n"))
      \\end{table}

      """
  }
}

extension Table.Cell {
  fileprivate var latex: String {
    guard case .seeds(let values) = self, let lower = values.interval.lower, let upper = values.interval.upper else {
      return escapedLaTeX(plain)
    }
    return String(format: "%.3f {\\scriptsize [%.3f, %.3f]}", values.interval.mean, lower, upper)
  }
}

/// Text that LaTeX sets as it is: its ten special characters, those that other encodings of fonts lack, and line breaks, of which two
/// would end a cell. A bracket is put in braces, since after a line's end it would be that command's argument.
func escapedLaTeX(_ text: String) -> String {
  let special: [Character: String] = [
    "&": "\\&", "%": "\\%", "_": "\\_", "#": "\\#", "$": "\\$", "{": "\\{", "}": "\\}", "–": "--", "×": "$\\times$",
    "≥": "$\\geq$", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "\\": "\\textbackslash{}",
    "<": "\\textless{}", ">": "\\textgreater{}", "|": "\\textbar{}", "\"": "\\textquotedbl{}", "[": "{[}", "]": "{]}",
    "“": "``", "”": "''", "’": "'",
  ]
  return inert(text).map { special[$0] ?? String($0) }.joined()
}
