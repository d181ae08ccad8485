import Foundation
import Support

/// A run in a few lines of text, from its metrics: what `rss watch` shows.
package struct RunView: Sendable {
  package var name: String
  package var reading: MetricsReading
  /// Nil while the run goes on.
  package var record: RunRecord?

  package init(name: String, reading: MetricsReading, record: RunRecord?) {
    (self.name, self.reading, self.record) = (name, reading, record)
  }

  /// Reads a run's folder.
  ///
  /// - Throws: `InputError` where it has no metrics, or a record of another format.
  package init(folder: String) throws {
    let path = "\(folder)/run.json"
    self.init(
      name: folder, reading: try MetricsReading(contentsOf: "\(folder)/metrics.jsonl"),
      record: FileManager.default.fileExists(atPath: path) ? try RunRecord(contentsOf: path) : nil)
  }

  package var isFinished: Bool { record != nil }

  /// - Parameter width: of the terminal, in characters; lines are no longer than that.
  package func lines(width: Int) -> [String] {
    var lines = [heading]
    let last = reading.lines.last
    if let last {
      let rate = Double(last.step) / max(last.seconds, 1e-9)
      let steps = record.map { "\(last.step) of \($0.steps)" } ?? "\(last.step)"
      lines.append(
        String(format: "step %@, %@, %.1f steps/s", steps, durationText(last.seconds), rate)
          + (last.queries > 0 ? ", \(last.queries) reward queries" : ""))
    } else {
      lines.append("no line of metrics yet")
    }
    let curves: [(name: String, values: [Double])] = [
      ("loss", reading.lines.compactMap(\.loss)), ("reward", reading.lines.compactMap(\.reward)),
      ("mIoU", reading.lines.compactMap(\.mIoU)), ("gradient", reading.lines.compactMap(\.gradientNorm)),
    ]
    for (name, values) in curves {
      guard let last = values.last else { continue }
      let numbers = String(format: " %.4f", last)
      let label = name.padding(toLength: 9, withPad: " ", startingAt: 0)
      lines.append(label + Sparkline.text(values, width: width - label.count - numbers.count) + numbers)
    }
    lines += reading.warnings.map { "warning: \($0)" }
    return lines.map { String(printable($0).prefix(width)) }
  }

  private var heading: String {
    guard let record else { return "\(name): going on" }
    let score = record.result.mIoU.map { String(format: "%.3f", $0) } ?? "–"
    return "\(record.row.name), seed \(record.seed): finished, mIoU \(score)"
  }
}
