import Support

extension Table {
  /// Columns padded to one width, so that the text is a table to readers of the source and of a terminal, too.
  package var markdown: String {
    "**\(escapedMarkdown(caption))**\n\n\(grid)\n" + notes.map { "\n\(escapedMarkdown($0))\n" }.joined()
  }

  /// The same without caption and notes.
  package var grid: String {
    let cells = [columns.map(escapedMarkdown)] + rows.map { $0.map(\.markdown) }
    let widths = columns.indices.map { c in cells.map { $0[c].count }.max() ?? 0 }
    func line(_ row: [String]) -> String {
      "| " + zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: " | ") + " |"
    }
    let rule = "|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|"
    return ([line(cells[0]), rule] + cells.dropFirst().map(line)).joined(separator: "\n")
  }
}

extension Table.Cell {
  /// Only text may come from a file; the brackets of an interval are ours.
  fileprivate var markdown: String {
    if case .text(let text) = self { escapedMarkdown(text) } else { plain }
  }
}

/// Text that Markdown shows as it is: names of classes and of processors come from files, and a bar would end a cell.
///
/// Escaped are the characters that mean something inside a line, an underscore and an asterisk only where they could open or
/// close emphasis, at a word's edge, and `<` where it could open a tag. Line breaks become spaces, what a terminal would obey is
/// shown.
func escapedMarkdown(_ text: String) -> String {
  let characters = Array(inert(text))
  return characters.indices.map { i -> String in
    let character = characters[i]
    if character == "<", i + 1 < characters.count, characters[i + 1].isWhitespace { return "<" }
    if character == "_" || character == "*" {
      func isWord(_ place: Int) -> Bool {
        characters.indices.contains(place) && (characters[place].isLetter || characters[place].isNumber)
      }
      return character == "_" && isWord(i - 1) && isWord(i + 1) ? "_" : "\\\(character)"
    }
    return "\\`|[]<>&~".contains(character) ? "\\\(character)" : String(character)
  }.joined()
}

/// One line that no terminal obeys.
func inert(_ text: String) -> String { printable(String(text.map { $0.isNewline ? " " : $0 })) }
