import Foundation
import Support

/// The lines of a run's `metrics.jsonl`, and what couldn't be read of it.
package struct MetricsReading: Sendable, Equatable {
  package var lines: [MetricsLine] = []
  /// One sentence for each thing that was skipped.
  package var warnings: [String] = []

  /// Reads a whole file. A last line that isn't finished, as a run that is going on or was killed leaves it, is skipped with a
  /// warning; so is any other line that isn't one of ours, and one with a number that can't be.
  ///
  /// - Throws: `InputError` where there is no such file.
  package init(contentsOf path: String) throws {
    let bytes = try FileBytes.read(
      path, expected: "the metrics.jsonl of a run", advice: "Name the folder of a run, such as runs/fashion32-image-1.")
    self.init(Data(bytes), named: path)
  }

  init(_ data: Data, named name: String) {
    let decoder = JSONDecoder()
    let parts = data.split(separator: 0x0A, omittingEmptySubsequences: false)
    for (number, part) in parts.enumerated() where !part.isEmpty {
      if let line = try? decoder.decode(MetricsLine.self, from: Data(part)) {
        do throws(InputError) {
          try line.validate(readFrom: "\(name), line \(number + 1)")
          lines.append(line)
        } catch {
          warnings.append("\(error.subject): found \(error.found); expected \(error.expected). It is left out.")
        }
      } else if number == parts.count - 1 {
        warnings.append("\(name): the last line isn't finished, and is left out.")
      } else {
        warnings.append("\(name): line \(number + 1) isn't a line of metrics, and is left out.")
      }
    }
  }

  /// The lines that are evaluations.
  package var evaluations: [MetricsLine] { lines.filter { $0.mIoU != nil } }
}
