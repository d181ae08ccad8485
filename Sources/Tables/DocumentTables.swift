import Records
import Rows
import Support

/// Tables and numbers inside documents, made from records: what stands between a marker and its end is replaced, all else stays.
///
///     <!-- rss table 2: rows=fashion32/ce, fashion32/image; columns=Method, mIoU, Seeds -->
///     <!-- end -->
///
///     <!-- rss value: row=fashion32/image; of=ratio -->0.931 [0.920, 0.945]<!-- end -->
///
/// `table classes` has the IoU of each class in place of a numbered table's columns. A value is of `mIoU`, of `ratio` (to
/// cross-entropy's mIoU of as many steps), or of `seeds` (how many there are).
package struct DocumentTables {
  private let records: [RunRecord]

  package init(_ records: [RunRecord]) { self.records = records }

  private static let end = "<!-- end -->"

  /// - Parameter file: for errors.
  /// - Throws: `InputError` that names the file and the marker: one that can't be read, without an end, or about a table, column or
  ///   row that doesn't exist or has no record.
  package func updated(_ text: String, named file: String) throws -> String {
    var result = ""
    var rest = Substring(text)
    while let start = rest.firstRange(of: "<!-- rss ") {
      let subject = "\(file) line \(text[..<start.lowerBound].count { $0 == "\n" } + 1)"
      guard let close = rest[start.upperBound...].firstRange(of: " -->") else {
        throw unreadable(subject, "a marker that isn't closed")
      }
      let marker = String(rest[start.upperBound..<close.lowerBound])
      guard let end = rest[close.upperBound...].firstRange(of: Self.end),
        !rest[close.upperBound..<end.lowerBound].contains("<!-- rss ")
      else { throw unreadable(subject, "a marker without \(Self.end)") }
      result += rest[..<close.upperBound]
      result += try contents(of: Marker(marker, subject), subject)
      result += Self.end
      rest = rest[end.upperBound...]
    }
    return result + rest
  }

  private func contents(of marker: Marker, _ subject: String) throws -> String {
    guard marker.kind == "value" else { return "\n\n\(try table(marker, subject).grid)\n\n" }
    let row = try Row.named(try marker.require("row"))
    guard let group = RecordGroup(of: row, in: records) else { throw noRecord(of: row, subject) }
    switch try marker.require("of") {
    case "mIoU": return group.values(\.result.mIoU)?.text ?? "–"
    case "ratio": return group.ratio(toCrossEntropyAmong: records)?.text ?? "–"
    case "seeds": return "\(group.records.count)"
    case let other: throw unreadable(subject, "of=\(other), which is none of mIoU, ratio and seeds")
    }
  }

  private func table(_ marker: Marker, _ subject: String) throws -> Table {
    let rows = try marker.list("rows").map(Row.named)
    let mine = try rows.flatMap { row in
      guard let group = RecordGroup(of: row, in: records) else { throw noRecord(of: row, subject) }
      return group.records.map { record in
        var record = record
        record.row = row  // its title may have been reworded since
        return record
      }
    }
    let name = marker.kind.dropFirst("table ".count)
    if name == "classes" { return classesTable(mine) }
    guard marker.kind.hasPrefix("table "), let plan = TablePlan.all.first(where: { "\($0.number)" == name }) else {
      throw unreadable(subject, "\(marker.kind), which is no table")
    }
    let whole = plan.make(mine)
    let columns = try marker.list("columns").map { title in
      guard let column = whole.columns.firstIndex(of: title) else {
        throw InputError(
          subject, found: "column \(title)", expected: "one of \(whole.columns.joined(separator: ", "))",
          advice: "Correct the marker.")
      }
      return column
    }
    return Table(
      name: whole.name, caption: whole.caption, columns: columns.map { whole.columns[$0] },
      rows: whole.rows.map { row in columns.map { row[$0] } })
  }

  private func noRecord(of row: Row, _ subject: String) -> InputError {
    InputError(
      subject, found: "row \(row.name), of which there is no record", expected: "a recorded row",
      advice: "Train it, or take it out of the marker.")
  }
}

/// IoU of each class, one line a row of one data set: means over seeds, as the classes are many.
private func classesTable(_ records: [RunRecord]) -> Table {
  let groups = groups(records, methods: [.crossEntropy, .pixelReward, .imageReward])
  let classes = groups.first?.records[0].data.classes ?? []
  return Table(
    name: "classes", caption: "IoU of each class",
    columns: ["Method", "mIoU", "Pixel accuracy"] + classes + [Table.seedsColumn],
    rows: groups.map { group in
      let each = classes.indices.map { k -> Table.Cell in
        group.values { $0.result.perClassIoU[k] }.map { .number($0.interval.mean, digits: 2) } ?? .missing
      }
      return [
        .text(group.title), Table.Cell(group.values(\.result.mIoU)),
        group.values(\.result.pixelAccuracy).map { .number($0.interval.mean, digits: 3) } ?? .missing,
      ] + each + [.number(Double(group.records.count), digits: 0)]
    })
}

/// `table 2: rows=…; columns=…`
private struct Marker {
  let kind: String
  private let fields: [String: String]
  private let subject: String

  init(_ text: String, _ subject: String) throws {
    let parts = text.split(separator: ":", maxSplits: 1).map { $0.trimmed }
    guard parts.count == 2 else { throw unreadable(subject, "the marker \(text)") }
    (kind, self.subject) = (parts[0], subject)
    fields = try parts[1].split(separator: ";").reduce(into: [:]) { fields, field in
      let pair = field.split(separator: "=", maxSplits: 1).map { $0.trimmed }
      guard pair.count == 2, fields.updateValue(pair[1], forKey: pair[0]) == nil else {
        throw unreadable(subject, "the field \(field.trimmed)")
      }
    }
  }

  func require(_ key: String) throws -> String {
    guard let value = fields[key] else { throw unreadable(subject, "a marker without \(key)=…") }
    return value
  }

  func list(_ key: String) throws -> [String] { try require(key).split(separator: ",").map { $0.trimmed } }
}

private func unreadable(_ subject: String, _ found: String) -> InputError {
  InputError(
    subject, found: found,
    expected: "<!-- rss table N: rows=…; columns=… --> or <!-- rss value: row=…; of=… -->, and an end",
    advice: "Correct the marker; Sources/Tables/DocumentTables.swift says what it can ask for.")
}

extension StringProtocol {
  fileprivate var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
