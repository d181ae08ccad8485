import Datasets
import Foundation
import Rows
import Support

/// Where a run of a row as it is lies unless it is told otherwise: `runs/ROW-SEED`, the row's `/` written as `-`.
package func runFolder(of row: String, seed: UInt64, under root: String = "runs") -> String {
  "\(root)/\(row.replacingOccurrences(of: "/", with: "-"))-\(seed)"
}

/// Where a run lies unless it is told otherwise: `runs/DATA-METHOD-SEED`, and behind it a mark where its settings differ from
/// the row's: `runs/fashion32-image-1-steps1000`, `runs/camvid2-ce-1`.
///
/// DATA is the row's, or the last part of the folder that it reads instead. The mark follows from the settings alone; long ones
/// become six digits of their hash. Two runs that still share a name are told apart by what is in the folder.
package func runFolder(
  of row: Row, seed: UInt64, rewardCommand: String? = nil, under root: String = "runs"
) throws -> String {
  let plain = runFolder(of: named(row), seed: seed, under: root)
  let mark = try changes(of: row, rewardCommand: rewardCommand)
  guard !mark.isEmpty else { return plain }
  guard mark.count > longestMark else { return "\(plain)-\(fileName(mark))" }
  var hash = Fingerprint()
  hash.add(mark)
  return "\(plain)-\(hash.hexadecimal.prefix(6))"
}

/// Three or four settings: more is read in `run.json`.
private let longestMark = 40

/// The row's name with its folder's in place of its data's.
private func named(_ row: Row) -> String {
  guard let directory = row.data.directory else { return row.name }
  let last = URL(fileURLWithPath: directory).standardizedFileURL.lastPathComponent
  let method = row.name.split(separator: "/", maxSplits: 1).last.map(String.init) ?? row.name
  return last == "/" || last.isEmpty ? row.name : "\(fileName(last))/\(method)"
}

/// What differs from the row of the same name, such as `steps1000-size64x64`; empty where there is no such row.
private func changes(of row: Row, rewardCommand: String?) throws -> String {
  guard let base = Row.all.first(where: { $0.name == row.name }) else { return "" }
  func settings(_ row: Row) throws -> [String: String] {
    var row = row
    (row.title, row.expected, row.data.directory) = ("", nil, nil)
    var fields = try jsonFields(row)
    let size = ["recipe.imageWidth", "recipe.imageHeight"].compactMap { fields.removeValue(forKey: $0) }
    fields["recipe.size"] = size.joined(separator: "x")
    return fields
  }
  let (mine, its) = try (settings(row), settings(base))
  let changed = Set(mine.keys).union(its.keys).filter { mine[$0] != its[$0] }.sorted()
  let marks = changed.map { "\($0.split(separator: ".").last ?? "")\(mine[$0] ?? "none")" }
  // Which program it is can't be said in a few letters.
  return (marks + (rewardCommand == nil ? [] : ["program"])).joined(separator: "-")
}

/// `text` as part of a file's name that needs no quotes.
private func fileName(_ text: String) -> String {
  String(text.map { $0.isLetter || $0.isNumber || "-._+".contains($0) ? $0 : "_" })
}
