import Figures
import Foundation

/// The part of Markdown that this project's pages are written in, as HTML: headings, paragraphs, lists, tables, code, emphasis, links.
///
/// Everything else is text. HTML in the source is shown as it is written, never taken over. Headings are one level deeper than
/// in the source, whose first is the page's own.
func markdownAsHTML(_ source: String) -> String {
  var out = ""
  var lines = source.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
  func taken(while belongs: (String) -> Bool) -> [String] {
    let block = lines.prefix(while: belongs)
    lines = lines.dropFirst(block.count)
    return Array(block)
  }
  while let line = lines.first {
    if line.trimmingCharacters(in: .whitespaces).isEmpty {
      lines = lines.dropFirst()
    } else if line.hasPrefix("```") {
      lines = lines.dropFirst()
      let code = taken { !$0.hasPrefix("```") }
      lines = lines.dropFirst()
      out += "<pre><code>\(escapedHTML(code.joined(separator: "\n")))</code></pre>\n"
    } else if let heading = heading(line) {
      lines = lines.dropFirst()
      out += "<h\(heading.level)>\(inline(heading.text))</h\(heading.level)>\n"
    } else if line.hasPrefix("|") {
      out += table(taken { $0.hasPrefix("|") })
    } else if isItem(line) {
      out += list(taken { isItem($0) || $0.hasPrefix("  ") })
    } else {
      let text = taken { line in
        !line.isEmpty && !line.hasPrefix("|") && !line.hasPrefix("```") && heading(line) == nil && !isItem(line)
      }
      out += "<p>\(inline(text.joined(separator: " ")))</p>\n"
    }
  }
  return out
}

private func heading(_ line: String) -> (level: Int, text: String)? {
  let marks = line.prefix { $0 == "#" }.count
  guard (1...5).contains(marks), line.dropFirst(marks).first == " " else { return nil }
  return (marks + 1, String(line.dropFirst(marks + 1)))
}

private func itemText(_ line: String) -> String? {
  for mark in ["- ", "* "] where line.hasPrefix(mark) { return String(line.dropFirst(2)) }
  let digits = line.prefix { $0.isNumber }
  guard !digits.isEmpty, line.dropFirst(digits.count).hasPrefix(". ") else { return nil }
  return String(line.dropFirst(digits.count + 2))
}

private func isItem(_ line: String) -> Bool { itemText(line) != nil }

private func list(_ lines: [String]) -> String {
  let tag = lines.first.map { $0.hasPrefix("- ") || $0.hasPrefix("* ") } == true ? "ul" : "ol"
  var items: [String] = []
  for line in lines {
    if let text = itemText(line) {
      items.append(text)
    } else if !items.isEmpty {
      items[items.count - 1] += " " + line.trimmingCharacters(in: .whitespaces)
    }
  }
  return "<\(tag)>\n\(items.map { "<li>\(inline($0))</li>\n" }.joined())</\(tag)>\n"
}

private func table(_ lines: [String]) -> String {
  func cells(_ line: String) -> [String] {
    let bare = line.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: "\\|", with: "\u{1}")
    return bare.trimmingCharacters(in: ["|"]).split(separator: "|", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: "\u{1}", with: "|") }
  }
  let body = lines.dropFirst().filter { line in line.contains { !"|-: ".contains($0) } }
  let head = lines.first.map(cells) ?? []
  return "<table>\n<thead><tr>\(head.map { "<th scope=\"col\">\(inline($0))</th>" }.joined())</tr></thead>\n<tbody>\n"
    + body.map { line in "<tr>\(cells(line).map { "<td>\(inline($0))</td>" }.joined())</tr>\n" }.joined()
    + "</tbody>\n</table>\n"
}

/// Code, links and emphasis in a line; what is in code stays as it is, also inside emphasis.
private func inline(_ text: String) -> String {
  // A character of the private use area holds the place of each code.
  let hole = "\u{E000}"
  let parts = text.replacingOccurrences(of: hole, with: "").components(separatedBy: "`")
  let codes = parts.enumerated().filter { $0.offset % 2 == 1 }.map { "<code>\(escapedHTML($0.element))</code>" }
  let words = parts.enumerated().map { $0.offset % 2 == 1 ? hole : escapedHTML($0.element) }.joined()
  // Only these kinds of address: a report mustn't run what a record's author wrote.
  let marked = words.replacing(/\[([^\]]+)\]\(((?:https?:\/\/|[\w.\/#-])[^)\s:]*(?::[^)\s]*)?)\)/) { match in
    let address = String(match.2)
    let isSafe = address.hasPrefix("https://") || address.hasPrefix("http://") || !address.contains(":")
    return isSafe ? "<a href=\"\(address)\">\(match.1)</a>" : String(match.1)
  }
  .replacing(/\*\*([^*]+)\*\*/) { "<strong>\($0.1)</strong>" }
  .replacing(/\*([^*]+)\*/) { "<em>\($0.1)</em>" }
  return zip(marked.components(separatedBy: hole), codes + [""]).map { $0 + $1 }.joined()
}

func escapedHTML(_ text: String) -> String {
  text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
    .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
}
