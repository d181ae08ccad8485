import Datasets
import Foundation
import Records
import Runs
import Support

/// One run of a reproduction, as it is kept, gone on with or begun.
struct Attempt {
  let run: PlannedRun
  let identity: RunIdentity
  private let keeping: RunKeeping
  /// The record that is to be replaced; nil where there is none.
  private let replaced: RunRecord?

  init(_ run: PlannedRun, _ identity: RunIdentity, _ keeping: RunKeeping) {
    (self.run, self.identity, self.keeping) = (run, identity, keeping)
    replaced = keeping.overwrite ? try? RunRecord(contentsOf: "\(run.folder)/run.json") : nil
  }

  private var earlier: EarlierRun { EarlierRun(in: run.folder) }

  /// What the folder says now.
  var state: RunState { RunState(of: run, identity, folderOption: keeping.folderOption) }

  /// Says what an earlier attempt came to.
  ///
  /// - Throws: `InputError` where it can neither be kept nor gone on with.
  func look(_ report: (Reproduction.Event) -> Void) throws {
    guard earlier.holder == nil else { return }
    switch try earlier.verdict(for: identity, keeping) {
    case .finished, .replace: return
    case .start, .goOn: break
    }
    let state = state
    switch state {
    case .failed, .unfinished: report(.attempted(run, state))
    default: break
    }
  }

  /// Takes an earlier run's record, if that is to be kept, or leaves the run to the process that is at work on it.
  ///
  /// - Returns: whether that was all there is to do.
  func isSettled(_ outcome: inout Reproduction.Outcome, _ report: (Reproduction.Event) -> Void) throws -> Bool {
    if let holder = earlier.holder {
      leave(to: holder, &outcome, report)
      return true
    }
    guard case .finished(var record) = try earlier.verdict(for: identity, keeping) else { return false }
    report(.skipped(run))
    record.row = run.row  // its folder, title and expectation may have been reworded since
    outcome.records[run.index] = record
    return true
  }

  /// Does it in this process. A failure is noted in its folder.
  ///
  /// - Throws: `Interrupted` where `keeping` asked to stop.
  func perform(
    on data: DatasetSplits, sharing shared: SharedWork, place: (Int, Int), showsSteps: Bool,
    _ outcome: inout Reproduction.Outcome, _ report: (Reproduction.Event) -> Void
  ) throws {
    do {
      if try isSettled(&outcome, report) { return }
      report(.started(run, place: place.0, of: place.1))
      let progress = ProgressLine(
        enabled: true, showsSteps: showsSteps,
        label: showsSteps ? "[\(place.0)/\(place.1)] \(run.name)" : run.name)
      let record = try Runner(run.row, seed: run.seed, folder: run.folder, shared: shared).run(
        on: data, keeping: keeping, progress: progress)
      outcome.records[run.index] = record
      report(.finished(run, record))
    } catch let interruption as Interrupted {
      throw interruption
    } catch let use as RunInUse {
      leave(to: use.holder, &outcome, report)
    } catch {
      fail("\(error)", &outcome, report)
    }
  }

  /// Looks what another process, which has ended, made of it.
  ///
  /// - Returns: false where it did nothing that settles it.
  func isSettledByAnother(_ outcome: inout Reproduction.Outcome) -> Bool {
    switch state {
    case .finished(let record) where record != replaced: outcome.records[run.index] = record
    case .failed(let cause): outcome.failures.append((run, cause))
    case .running: outcome.held.append(run)
    case .refused(let error) where !keeping.overwrite: outcome.failures.append((run, "\(error)"))
    default: return false
    }
    return true
  }

  func fail(
    _ cause: String, _ outcome: inout Reproduction.Outcome, _ report: (Reproduction.Event) -> Void
  ) {
    try? FailureNote.write(cause, in: run.folder)  // the cause is said in any case; the disk may be what failed
    outcome.failures.append((run, cause))
    report(.failed(run, cause: cause))
  }

  private func leave(
    to holder: String, _ outcome: inout Reproduction.Outcome, _ report: (Reproduction.Event) -> Void
  ) {
    outcome.held.append(run)
    report(.held(run, by: holder))
  }
}
