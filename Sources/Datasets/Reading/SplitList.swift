import Foundation
import Support

/// Reads `SPLIT.txt`: the ids of a split, one a line. Blank lines and white space around an id don't matter.
package enum SplitList {
  private static let expected = "one id a line, without folder and extension"

  /// The ids in the file's order.
  ///
  /// - Throws: `InputError` for a split that isn't there (with those that are), an empty one, an id given twice, and a
  ///   line that is no id.
  package static func read(_ split: String, in directory: String) throws -> [String] {
    let path = "\(directory)/\(split).txt"
    let names = try FolderLayout.names(in: directory)
    guard !split.contains("/"), names.contains("\(split).txt") else {
      let known = available(in: directory, names)
      let near = nearestNames(to: split, in: known)
      let hint = near.isEmpty ? "" : "Did you mean \(near.joined(separator: " or "))? "
      throw InputError(
        path, found: "no split `\(split)`",
        expected: known.isEmpty ? "a file \(split).txt" : "one of the splits \(known.joined(separator: ", "))",
        advice: "\(hint)A split is a text file in the data set's folder with \(expected).")
    }
    let advice = "Write \(expected)."
    var ids: [String] = []
    var firstLine: [String: Int] = [:]
    for (number, line) in try FileReading.lines(of: path, expected: expected, advice: advice).enumerated() {
      if line.isEmpty { continue }
      guard isIdentifier(line) else {
        throw InputError("\(path) line \(number + 1)", found: "`\(line)`", expected: expected, advice: advice)
      }
      if let earlier = firstLine[line] {
        throw InputError(
          "\(path) line \(number + 1)", found: "\(line) again, as in line \(earlier)", expected: "every id once",
          advice: "Remove the second line: an image that occurs twice counts twice.")
      }
      firstLine[line] = number + 1
      ids.append(line)
    }
    guard !ids.isEmpty else { throw InputError(path, found: "no id", expected: expected, advice: advice) }
    return ids
  }

  /// The splits a folder has: its text files, apart from `classes.txt`, whose first line is a single word.
  static func available(in directory: String, _ names: [String]) -> [String] {
    names.filter { $0.hasSuffix(".txt") && $0 != FolderLayout.classFile }
      .filter { name in
        let lines = try? FileReading.lines(of: "\(directory)/\(name)", expected: "", advice: "")
        return lines?.first { !$0.isEmpty }.map(isIdentifier) ?? true
      }
      .map { String($0.dropLast(4)) }
  }

  private static func isIdentifier(_ line: String) -> Bool {
    !line.contains { $0.isWhitespace || $0 == "/" || $0 == "\0" }
  }
}
