/// `text` as a terminal can show it without obeying it: what comes from files (names of classes, files and rows, answers
/// of programs) may hold control sequences, which retitle a window, or turn the reading direction around.
///
/// Control characters (C0 with the newline and the tab, DEL, C1) and the marks that reorder or hide text (U+061C,
/// U+200B to U+200F, U+2028 to U+202E, U+2060 to U+206F, U+FEFF) become `\u{1B}`; all else stays.
package func printable(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isObeyed) else { return text }
  var shown = ""
  for scalar in text.unicodeScalars {
    if isObeyed(scalar) {
      shown += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    } else {
      shown.unicodeScalars.append(scalar)
    }
  }
  return shown
}

private func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7F...0x9F, 0x61C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
  default: false
  }
}

/// `text` for HTML and XML, in an element or between quotes: the five characters that mean something there as entities;
/// control characters, which XML doesn't allow, left out.
package func htmlEscaped(_ text: String) -> String {
  var escaped = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": escaped += "&amp;"
    case "<": escaped += "&lt;"
    case ">": escaped += "&gt;"
    case "\"": escaped += "&quot;"
    case "'": escaped += "&#39;"
    default: if scalar.value >= 0x20 || scalar == "\n" || scalar == "\t" { escaped.unicodeScalars.append(scalar) }
    }
  }
  return escaped
}
