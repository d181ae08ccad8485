import Records

extension Table {
  /// A line a row: values of seeds become mean, lower bound, upper bound and number of seeds, the bounds empty where there is no
  /// interval. Numbers have all their digits.
  package var csv: String {
    let header = columns.indices.flatMap { c -> [String] in
      let title = columns[c]
      return isOfSeeds(c) ? [title, "\(title) lower", "\(title) upper", "\(title) seeds"] : [title]
    }
    let lines = rows.map { row in
      row.indices.flatMap { c -> [String] in
        guard isOfSeeds(c) else { return [row[c].exact] }
        guard let interval = row[c].seedValues?.interval else { return [row[c].exact, "", "", ""] }
        return [
          "\(interval.mean)", interval.lower.map { "\($0)" } ?? "", interval.upper.map { "\($0)" } ?? "",
          "\(interval.count)",
        ]
      }
    }
    return text([header] + lines)
  }

  /// A line for each row and seed: what the row is, the seed, and that seed's numbers; empty where it has none. A ratio's seeds are
  /// those that cross-entropy has too.
  package var seedsCSV: String {
    let kept = columns.indices.filter { columns[$0] != Table.seedsColumn }
    let lines = rows.flatMap { row -> [[String]] in
      let seeds = row.flatMap { $0.seedValues?.values.map(\.seed) ?? [] }
      return Set(seeds).sorted().map { seed in
        ["\(seed)"]
          + kept.map { c in
            guard let values = row[c].seedValues else { return row[c].exact }
            return values.values.first { $0.seed == seed }.map { "\($0.value)" } ?? ""
          }
      }
    }
    return text([["Seed"] + kept.map { columns[$0] }] + lines)
  }

  private func isOfSeeds(_ column: Int) -> Bool {
    rows.contains { $0[column].seedValues != nil }
  }

  private func text(_ lines: [[String]]) -> String {
    func quoted(_ text: String) -> String {
      text.contains(where: { ",\"".contains($0) || $0.isNewline })
        ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }
    return lines.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }
}

extension Table.Cell {
  /// With all digits; nothing for what is missing.
  fileprivate var exact: String {
    switch self {
    // Numbers that are whole, as counts are, without a point.
    case .number(let value, _): Int(exactly: value).map { "\($0)" } ?? "\(value)"
    case .missing: ""
    case .text, .seeds, .difference: plain
    }
  }
}
