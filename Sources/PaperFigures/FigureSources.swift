import Foundation
import Support

/// `records.json` beside the figures: how many runs of each row every picture was drawn from, so that none is replaced by one
/// that less stands behind.
package struct FigureSources: Equatable {
  /// By figure, then by row.
  private var runs: [String: [String: Int]]

  private static let fileName = "records.json"

  /// What a folder's pictures were drawn from; nothing where it has no such file.
  ///
  /// - Throws: `InputError` that names the file where it isn't one.
  package init(of folder: String) throws {
    let path = "\(folder)/\(Self.fileName)"
    guard FileManager.default.fileExists(atPath: path) else {
      runs = [:]
      return
    }
    let (expected, advice) = ("what rss figures wrote", "Remove it, and every figure is drawn anew.")
    let bytes = try FileBytes.read(path, expected: expected, advice: advice)
    guard let runs = try? JSONDecoder().decode([String: [String: Int]].self, from: Data(bytes)) else {
      throw InputError(path, found: "something else", expected: expected, advice: advice)
    }
    self.runs = runs
  }

  /// What a picture would lose if it were drawn from `sources`, such as `fashion32/ce: 3 runs instead of 5`.
  package func losses(of figure: String, from sources: [String: Int]) -> [String] {
    (runs[figure] ?? [:]).sorted { $0.key < $1.key }.compactMap { row, before in
      let now = sources[row] ?? 0
      return now < before ? "\(row): \(now) runs instead of \(before)" : nil
    }
  }

  package mutating func set(_ figure: String, to sources: [String: Int]) { runs[figure] = sources }

  /// - Throws: `InputError` where the folder can't be written.
  package func write(to folder: String) throws {
    let path = "\(folder)/\(Self.fileName)"
    try AtomicFile.write(CanonicalJSON.encode(runs, layout: .pretty, of: path) + Data("\n".utf8), to: path)
  }
}
