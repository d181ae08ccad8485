import Foundation
import Records
import Support

/// What an earlier run left in a folder, and what becomes of it: nothing that a run wrote is replaced unasked.
package struct EarlierRun {
  package enum Verdict {
    /// There is nothing of a run.
    case start
    /// The same run has ended.
    case finished(RunRecord)
    /// It goes on from its states; where it has none yet, from its beginning.
    case goOn
    /// It is to be replaced.
    case replace
  }

  let folder: String

  package init(in folder: String) { self.folder = folder }

  static let results = ["run.json", "checkpoint.safetensors", "classifier.safetensors", "metrics.jsonl"]
  private static let states = RunStage.allCases.map { "\($0.rawValue).safetensors" }

  /// Whether there is anything of a run to go on with.
  package var isEmpty: Bool { files.isEmpty }

  /// Names of a run's files that are here and hold something.
  var files: [String] {
    (Self.results + Self.states).filter { name in
      let size = (try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)"))?[.size] as? NSNumber
      return size.map { $0.intValue > 0 } ?? false
    }
  }

  /// What a run of the given identity does here.
  ///
  /// - Parameter note: hears why an earlier run is replaced where `keeping` would rather have gone on with it.
  /// - Throws: `InputError` that says what is in the folder and names `--resume`, `--overwrite` and the option for another
  ///   folder.
  package func verdict(
    for identity: RunIdentity, _ keeping: RunKeeping, note: (InputError) -> Void = { _ in }
  ) throws -> Verdict {
    guard !files.isEmpty else { return .start }
    if keeping.overwrite && !keeping.resume { return .replace }
    do {
      if files.contains("run.json") { return .finished(try record(of: identity, keeping)) }
      guard keeping.resume else { throw unfinished(identity, keeping) }
      for stage in RunStage.allCases { _ = try ResumeFile(in: folder, of: identity, stage) }
      if files.contains("checkpoint.safetensors") && !files.contains(where: Self.states.contains) {
        throw stop("a checkpoint without its run.json", keeping)
      }
      return .goOn
    } catch let error as InputError where keeping.overwrite {
      note(error)
      return .replace
    }
  }

  /// The process at work in the folder; nil where there is none.
  package var holder: String? { RunFolderLock.holder(of: folder) }

  /// How far an unfinished run is, such as `after step 200 of the training`; nil where it has kept no state.
  ///
  /// - Throws: `InputError` where a state can't be gone on with.
  package func progress(of identity: RunIdentity) throws -> String? {
    for stage in RunStage.allCases {
      guard let state = try ResumeFile(in: folder, of: identity, stage) else { continue }
      return "after step \(state.position.steps) of \(stage.name)"
    }
    return nil
  }

  /// The record of the same run.
  private func record(of identity: RunIdentity, _ keeping: RunKeeping) throws -> RunRecord {
    let record: RunRecord
    do {
      record = try RunRecord(contentsOf: "\(folder)/run.json")
    } catch let error as InputError {
      throw stop("a run.json with \(error.found)", keeping)
    }
    let differences = try identity.differences(of: RunIdentity(record))
    guard differences.isEmpty else {
      let goesOn = differences.contains { $0.hasPrefix("recipe.steps ") }
      throw stop(
        "another finished run: \(differences.joined(separator: "; "))", keeping,
        goesOn ? " More steps from its weights: --init \(folder)/checkpoint.safetensors, in another folder." : "")
    }
    return record
  }

  /// The error for a run that hasn't ended, which says whether `--resume` would go on with it.
  private func unfinished(_ identity: RunIdentity, _ keeping: RunKeeping) -> InputError {
    do {
      guard let progress = try progress(of: identity) else {
        return stop("\(files.joined(separator: ", ")) of a run that kept no state", keeping)
      }
      return stop("this run, unfinished, \(progress)", keeping)
    } catch let error as InputError {
      return stop("an unfinished run, of which \(error.subject) is \(error.found)", keeping)
    } catch {
      return stop("an unfinished run that can't be read", keeping)
    }
  }

  private func stop(_ found: String, _ keeping: RunKeeping, _ more: String = "") -> InputError {
    InputError(
      folder, found: found, expected: "an empty folder, or the same run",
      advice:
        "--resume goes on with an unfinished run of the same settings, \(keeping.folderOption) names another folder, "
        + "--overwrite replaces what is there.\(more)")
  }
}
