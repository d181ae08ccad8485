import Images
import Support

/// Reads `classes.txt`: a line `id name` for each class, ids 0 to K - 1 in any order, and optionally `255 void`.
enum ClassList {
  /// The class names by id, `void` left out.
  ///
  /// - Throws: `InputError` that names the line: no id, no name, an id or a name twice, a gap between ids.
  static func read(_ path: String) throws -> [String] {
    let expected = "a line `id name` for each class"
    let advice = "data-scripts/README.md describes the folder's layout."
    func failure(_ line: Int, _ found: String) -> InputError {
      InputError("\(path) line \(line + 1)", found: found, expected: expected, advice: advice)
    }
    var names: [Int: String] = [:]
    for (number, line) in try FileReading.lines(of: path, expected: expected, advice: advice).enumerated() {
      if line.isEmpty { continue }
      let parts = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
      guard parts.count == 2, let id = Int(parts[0]) else { throw failure(number, "`\(line)`") }
      if id == Int(LabelMap.void) { continue }
      guard (0..<Int(LabelMap.void)).contains(id) else { throw failure(number, "the id \(id), which isn't in 0...254") }
      guard names[id] == nil else { throw failure(number, "the id \(id) for the second time") }
      let name = parts[1].drop(while: \.isWhitespace)
      guard !names.values.contains(String(name)) else { throw failure(number, "the name \(name) for the second time") }
      names[id] = String(name)
    }
    guard !names.isEmpty else {
      throw InputError(path, found: "no class", expected: expected, advice: advice)
    }
    var ordered: [String] = []
    for id in 0..<names.count {
      guard let name = names[id] else {
        throw InputError(
          path, found: "\(names.count) classes but none with the id \(id)", expected: "the ids 0...\(names.count - 1)",
          advice: "Number the classes without gaps, in the labels too; only 255 (void) stands apart.")
      }
      ordered.append(name)
    }
    return ordered
  }
}
