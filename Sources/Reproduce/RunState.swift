import Foundation
import Records
import Runs
import Support

/// What a run's folder says of it.
package enum RunState {
  /// Its record, with the row as it is worded now.
  case finished(RunRecord)
  /// Another process is at work in the folder.
  case running(holder: String)
  /// Its last attempt failed.
  case failed(cause: String)
  /// It was stopped or killed; how far it had come is nil where it has kept no state.
  case unfinished(progress: String?)
  /// Its folder has nothing of a run.
  case missing
  /// Its folder has something that `--resume` doesn't go on with.
  case refused(InputError)
  /// Its data isn't on this machine.
  case withoutData

  init(of run: PlannedRun, _ identity: RunIdentity, folderOption: String) {
    let earlier = EarlierRun(in: run.folder)
    if let holder = earlier.holder {
      self = .running(holder: holder)
      return
    }
    let cause = FailureNote.cause(in: run.folder)
    do {
      switch try earlier.verdict(for: identity, RunKeeping(resume: true, folderOption: folderOption)) {
      case .finished(var record):
        record.row = run.row
        self = .finished(record)
      case .goOn: self = try cause.map { .failed(cause: $0) } ?? .unfinished(progress: earlier.progress(of: identity))
      case .start, .replace: self = cause.map { .failed(cause: $0) } ?? .missing
      }
    } catch {
      self = .refused(
        error as? InputError
          ?? InputError(
            run.folder, found: "\(error)", expected: "a run's files", advice: "\(folderOption) names another folder."))
    }
  }

  /// A word for a list.
  package var word: String {
    switch self {
    case .finished: "finished"
    case .running: "running"
    case .failed: "failed"
    case .unfinished: "unfinished"
    case .missing: "missing"
    case .refused: "refused"
    case .withoutData: "no-data"
    }
  }

  /// What there is to say beyond the word; empty where there is nothing.
  package var detail: String {
    switch self {
    case .finished(let record): record.scoreText
    case .running(let holder): holder
    case .failed(let cause): cause
    case .unfinished(let progress): progress ?? "no state kept"
    case .missing, .withoutData: ""
    case .refused(let error): error.found
    }
  }
}

extension RunRecord {
  /// `mIoU 0.727`, or a dash for a score that there is none of.
  package var scoreText: String { "mIoU \(result.mIoU.map { String(format: "%.3f", $0) } ?? "–")" }
}
