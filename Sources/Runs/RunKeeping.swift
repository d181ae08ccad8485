import Foundation
import Records
import Support
import Synchronization

/// What becomes of a run that doesn't reach its end in one go.
package struct RunKeeping: Sendable {
  /// Whether an earlier, unfinished run in the same folder goes on.
  package enum Resume: Sendable {
    /// Starts over.
    case never
    /// Goes on, or starts where there is nothing; an earlier run that isn't the same one, or is damaged, is an error.
    case always
    /// Goes on where the same run is there and whole, and starts over otherwise.
    case wherePossible

    /// - Parameter note: hears why a state that is there can't be gone on with, where that isn't an error.
    func state(
      in folder: String, of identity: RunIdentity, _ stage: RunStage = .training, note: (InputError) -> Void
    ) throws -> ResumeFile? {
      guard self != .never else { return nil }
      do {
        return try ResumeFile(in: folder, of: identity, stage)
      } catch let error as InputError where self == .wherePossible {
        note(error)
        return nil
      }
    }
  }

  package var resume: Resume
  /// Steps from one state on disk to the next.
  package var interval: Int
  /// The signal after which to stop when the step is done, its state on disk; nil goes on.
  package var stopSignal: @Sendable () -> Int32?

  /// One state takes 11 ms (3 MB, synced to disk), 100 steps of fashion32/image 2 s: 0.6%. A larger network has
  /// slower steps as well as a larger state.
  package static let defaultInterval = 100

  package init(
    resume: Resume = .never, interval: Int = defaultInterval, stopSignal: @escaping @Sendable () -> Int32? = { nil }
  ) {
    (self.resume, self.interval, self.stopSignal) = (resume, interval, stopSignal)
  }
}

extension RunKeeping {
  /// As if SIGTERM came during the given step, of those that count.
  package static func stopping(
    after steps: Int, resume: Resume = .never, interval: Int = defaultInterval,
    counting: @escaping @Sendable () -> Bool = { true }
  ) -> RunKeeping {
    let counter = Counter()
    return RunKeeping(resume: resume, interval: interval) { counting() && counter.next() >= steps ? SIGTERM : nil }
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
