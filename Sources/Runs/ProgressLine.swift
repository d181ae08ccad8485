import Foundation
import Glibc
import Records
import Support

/// What a run shows on standard error: one line that renews itself on a terminal, plain lines elsewhere.
package final class ProgressLine {
  private let enabled: Bool
  private let showsSteps: Bool
  private let label: String
  private let isTerminal: Bool
  private var lastShown = -Double.infinity
  private var mIoU: Double?
  /// Seconds between two lines: often enough to feel alive, seldom enough for a log.
  private var interval: Double { isTerminal ? 0.2 : 10 }

  /// - Parameter showsSteps: whether there is more than notes.
  package init(enabled: Bool, showsSteps: Bool = true, label: String = "") {
    (self.enabled, self.showsSteps, self.label) = (enabled, showsSteps, printable(label))
    isTerminal = showsSteps && isatty(STDERR_FILENO) == 1
  }

  func show(_ line: MetricsLine, of steps: Int) {
    guard enabled, showsSteps else { return }
    mIoU = line.mIoU ?? mIoU
    guard line.mIoU == nil, line.seconds - lastShown >= interval || line.step == steps else { return }
    lastShown = line.seconds
    let rate = Double(line.step) / max(line.seconds, 1e-9)
    var text = "\(label)  step \(line.step)/\(steps)  \(String(format: "%.1f", rate)) steps/s"
    if let loss = line.loss { text += String(format: "  loss %.4f", loss) }
    if let reward = line.reward { text += String(format: "  reward %.4f", reward) }
    if let mIoU { text += String(format: "  mIoU %.3f", mIoU) }
    text += "  \(durationText(Double(steps - line.step) / max(rate, 1e-9))) left"
    write(isTerminal ? "\r\u{1B}[2K\(text)" : "\(text)\n")
  }

  /// Says something about the run, on a line that stays.
  func note(_ text: String) {
    guard enabled else { return }
    write((isTerminal ? "\r\u{1B}[2K" : "") + "\(label)  \(printable(text))\n")
  }

  /// Clears the line, so that what follows starts on a fresh one.
  func finish() { if enabled && isTerminal { write("\r\u{1B}[2K") } }

  private func write(_ text: String) { FileHandle.standardError.write(Foundation.Data(text.utf8)) }
}
