import ArgumentParser
import Foundation
import Records
import Support

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Show a run's curves in the terminal while it goes on.",
    discussion:
      "Ends when the run does, or by Ctrl-C; watching doesn't touch the run. Without a terminal it prints once.")

  @Argument(help: "The run's folder, such as runs/fashion32-image-1.")
  var folder: String

  @Flag(help: "Print once and end.")
  var once = false

  /// Seconds from one look to the next: a line of metrics comes every few tenths of a second at most.
  private static let interval = 1.0

  func run() throws {
    try reportingErrors {
      let isTerminal = isatty(STDOUT_FILENO) == 1
      var shown = 0
      while true {
        let view = try RunView(folder: folder)
        let lines = view.lines(width: columns(isTerminal)).map(printable)
        // Up over what was shown before; each line is cleared as it is written, and what is below the last one too.
        if shown > 0 { print("\u{1B}[\(shown)A", terminator: "") }
        Swift.print(lines.map { isTerminal ? "\u{1B}[2K\($0)" : $0 }.joined(separator: "\n"))
        if isTerminal { print("\u{1B}[J", terminator: "") }
        fflush(nil)
        shown = lines.count
        if once || !isTerminal || view.isFinished { return }
        Thread.sleep(forTimeInterval: Self.interval)
      }
    }
  }

  /// The terminal's width in characters; 80 where it doesn't tell.
  private func columns(_ isTerminal: Bool) -> Int {
    var size = winsize()
    guard isTerminal, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else { return 80 }
    return Int(size.ws_col)
  }
}
