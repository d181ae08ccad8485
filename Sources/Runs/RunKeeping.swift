import Foundation
import Records
import Support
import Synchronization

/// What becomes of a run that doesn't reach its end in one go.
package struct RunKeeping: Sendable {
  /// Whether an earlier, unfinished run of the same settings in the same folder goes on; else it is an error.
  package var resume: Bool
  /// Whether an earlier run in the same folder is replaced; with `resume`, only one that can't be gone on with.
  package var overwrite: Bool
  /// Steps from one state on disk to the next.
  package var interval: Int
  /// The signal after which to stop when the step is done, its state on disk; nil goes on.
  package var stopSignal: @Sendable () -> Int32?

  /// One state takes 11 ms (3 MB, synced to disk), 100 steps of fashion32/image 2 s: 0.6%. A larger network has
  /// slower steps as well as a larger state.
  package static let defaultInterval = 100

  /// The option that names another folder, for advice.
  package var folderOption: String

  package init(
    resume: Bool = false, overwrite: Bool = false, interval: Int = defaultInterval, folderOption: String = "--out",
    stopSignal: @escaping @Sendable () -> Int32? = { nil }
  ) {
    (self.resume, self.overwrite, self.interval) = (resume, overwrite, interval)
    (self.folderOption, self.stopSignal) = (folderOption, stopSignal)
  }
}

extension RunKeeping {
  /// As if SIGTERM came during the given step, of those that count.
  package static func stopping(
    after steps: Int, resume: Bool = false, overwrite: Bool = false, interval: Int = defaultInterval,
    counting: @escaping @Sendable () -> Bool = { true }
  ) -> RunKeeping {
    let counter = Counter()
    return RunKeeping(resume: resume, overwrite: overwrite, interval: interval) {
      counting() && counter.next() >= steps ? SIGTERM : nil
    }
  }

  private final class Counter: Sendable {
    private let value = Atomic<Int>(0)
    func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).newValue }
  }
}

/// A run that was asked to stop, and can go on.
package struct Interrupted: Error, Equatable, CustomStringConvertible {
  /// SIGINT or SIGTERM.
  package let signal: Int32
  package let folder: String
  package let step: Int
  /// What of the run was going on; nil is its own training.
  package let work: String?
  /// Whether the work goes on from that step; else it starts over.
  package let isKept: Bool

  package init(signal: Int32, folder: String, step: Int, of work: String? = nil, isKept: Bool = true) {
    (self.signal, self.folder, self.step, self.work, self.isKept) = (signal, folder, step, work, isKept)
  }

  /// As a shell reports a process that the signal ended: 130 for SIGINT, 143 for SIGTERM.
  package var status: Int32 { 128 + signal }

  package var description: String {
    guard isKept else {
      return
        "interrupted while \(work ?? "it began"): of this nothing is kept, and what came before it is in \(folder)/. "
        + "The same command with --resume does it again."
    }
    return "interrupted after step \(step)\(work.map { " of \($0)" } ?? ""), which is kept in \(folder)/. "
      + "The same command with --resume goes on from there."
  }
}
