import Foundation
import Support

/// What becomes of a run that doesn't reach its end in one go.
public struct RunKeeping: Sendable {
  /// Whether an earlier, unfinished run in the same folder goes on.
  public enum Resume: Sendable {
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

  public var resume: Resume
  /// Steps from one state on disk to the next.
  public var interval: Int
  /// The signal after which to stop when the step is done, its state on disk; nil goes on.
  public var stopSignal: @Sendable () -> Int32?

  /// One state takes 11 ms (3 MB, synced to disk), 100 steps of fashion32/image 2 s: 0.6%. A larger network has
  /// slower steps as well as a larger state.
  public static let defaultInterval = 100

  public init(
    resume: Resume = .never, interval: Int = defaultInterval, stopSignal: @escaping @Sendable () -> Int32? = { nil }
  ) {
    (self.resume, self.interval, self.stopSignal) = (resume, interval, stopSignal)
  }
}

/// A run that was asked to stop, and can go on.
public struct Interrupted: Error, Equatable, CustomStringConvertible {
  /// SIGINT or SIGTERM.
  public let signal: Int32
  public let folder: String
  public let step: Int
  /// What of the run was going on; nil is its own training.
  public let work: String?
  /// Whether the work goes on from that step; else it starts over.
  public let isKept: Bool

  public init(signal: Int32, folder: String, step: Int, of work: String? = nil, isKept: Bool = true) {
    (self.signal, self.folder, self.step, self.work, self.isKept) = (signal, folder, step, work, isKept)
  }

  /// As a shell reports a process that the signal ended: 130 for SIGINT, 143 for SIGTERM.
  public var status: Int32 { 128 + signal }

  public var description: String {
    guard isKept else {
      return
        "interrupted while \(work ?? "it began"): of this nothing is kept, and what came before it is in \(folder)/. "
        + "The same command with --resume does it again."
    }
    return "interrupted after step \(step)\(work.map { " of \($0)" } ?? ""), which is kept in \(folder)/. "
      + "The same command with --resume goes on from there."
  }
}
