import Datasets
import Foundation
import Metrics
import Records
import Rewards
import Rows
import Support
import Training

/// Runs one row with one seed and records it in a folder: `run.json`, `metrics.jsonl`, `checkpoint.safetensors`; until
/// it has finished, also `resume.safetensors` and `lock`.
package struct Runner {
  package let row: Row
  package let seed: UInt64
  package let folder: String
  /// Nil where the recipe's own score gives the rewards.
  package let rewardProgram: RewardProgram?
  let shared: SharedWork

  /// - Parameters:
  ///   - folder: nil is `runs/ROW-SEED`, the row's `/` written as `-`.
  ///   - shared: what this run needn't do again, and leaves to others.
  package init(
    _ row: Row, seed: UInt64, folder: String? = nil, rewardProgram: RewardProgram? = nil,
    shared: SharedWork = SharedWork()
  ) {
    (self.row, self.seed, self.rewardProgram, self.shared) = (row, seed, rewardProgram, shared)
    self.folder = folder ?? runFolder(of: row.name, seed: seed)
  }

  /// - Parameters:
  ///   - data: the row's data where it is loaded already; nil loads it, without training
  ///     labels where a program gives the rewards.
  ///   - keeping: whether to go on with an earlier run, how often to keep the state, and when to stop.
  /// - Throws: `InputError` for bad data, a bad recipe, a diverging run, a folder that can't be written or that another
  ///   process works in, or an earlier run that can't be gone on with; `Interrupted` where `keeping` asked to stop.
  package func run(
    on data: DatasetSplits? = nil, keeping: RunKeeping = .init(), progress: ProgressLine = .init(enabled: false)
  ) throws -> RunRecord {
    let provenance = Provenance.current()
    let data = try data ?? load()
    let tagged = row.learnsFromTags ? try self.tagged(in: data) : nil
    var trainer = try Trainer(
      row.recipe, on: data, seed: seed, environment: rewardProgram.map(ProgramEnvironment.init))
    let identity = RunIdentity(row, seed: seed, data: data, rewardCommand: rewardProgram?.command)
    try makeFolder()
    let lock = try RunFolderLock(folder)
    return try withExtendedLifetime(lock) {
      defer { progress.finish() }
      if keeping.resume == .always, let record = try finished(identity) {
        progress.note("finished already")
        return record
      }
      let earlier = try keeping.resume.state(in: folder, of: identity) {
        progress.note("starts over: \($0.subject) has \($0.found)")
      }
      // A weakly supervised run that goes on makes its labels anew, the same ones, with what was trained for them.
      let start = try tagged.map { try weakStart(from: $0, in: data, identity, keeping: keeping, progress: progress) }
      if let start { trainer = start.trainer }
      if let earlier {
        try trainer.restore(earlier.state, from: ResumeFile.path(in: folder))
        progress.note("goes on after step \(earlier.position.steps)")
      }
      try removeResults(keepingState: earlier != nil)
      try start?.writeFiles(to: folder, row: row.name, seed: seed)
      var log = try RunLog(
        folder: folder, identity: identity, keeping: keeping, from: earlier?.position ?? .init(), progress: progress)
      let confusion: ConfusionMatrix
      do {
        confusion = try trainer.run { try log.record($0, state: trainer.state) }
      } catch let error as InputError where !trainer.hasDiverged {
        throw log.keepingSteps(trainer.state, before: error)
      }
      let checkpoint = Checkpoint(
        description: .init(
          network: trainer.architecture, classes: data.train.classes, normalization: trainer.normalization,
          row: row.name, seed: seed, steps: row.recipe.steps, backgroundClass: data.backgroundClass),
        network: trainer.network)
      if let key = start?.networkKey { shared.keep(trainer.network.state, for: key, seconds: log.seconds) }
      let seconds = log.seconds + (start?.seconds ?? 0)
      try checkpoint.write(to: "\(folder)/checkpoint.safetensors")
      var record = RunRecord(
        row: row, seed: seed, data: identity.data, parameters: trainer.network.parameterCount,
        result: .init(confusion, backgroundClass: data.backgroundClass), queries: log.position.queries,
        rewardCommand: rewardProgram?.command, seconds: seconds, provenance: provenance)
      record.weak = try start?.result(on: data, evaluated: data.evaluated(on: row.recipe.evaluateOn))
      try record.write(to: "\(folder)/run.json")
      for stage in RunStage.allCases { try remove(ResumeFile.path(in: folder, stage)) }
      return record
    }
  }

  private func load() throws -> DatasetSplits {
    if row.learnsFromTags { return try row.data.loadForTags(needingLabels: row.weak?.start != nil) }
    return try rewardProgram == nil ? row.data.load() : row.data.loadWithoutTrainingLabels()
  }

  /// The record of this run where it has finished before; nil where the folder has none.
  private func finished(_ identity: RunIdentity) throws -> RunRecord? {
    let path = "\(folder)/run.json"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let record = try RunRecord(contentsOf: path)
    let differences = try identity.differences(of: RunIdentity(record))
    guard differences.isEmpty else {
      throw InputError(
        path, found: "another finished run: \(differences.joined(separator: "; "))", expected: "the same run",
        advice: "Name another folder with --out, or leave --resume out to replace that run.")
    }
    for stage in RunStage.allCases { try remove(ResumeFile.path(in: folder, stage)) }
    return record
  }

  private func makeFolder() throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw InputError(
        folder, found: "a folder that can't be made (\(error.localizedDescription))", expected: "a writable folder",
        advice: "Name another one with --out.")
    }
  }

  /// Removes what an earlier run left, so that a record and a checkpoint are always of one run, and the parts of files
  /// that a kill left.
  private func removeResults(keepingState: Bool) throws {
    let results = ["run.json", "checkpoint.safetensors", "classifier.safetensors"]
    let written = results + RunStage.allCases.map { "\($0.rawValue).safetensors" }
    let partial = try FileManager.default.contentsOfDirectory(atPath: folder).filter { name in
      name.hasSuffix(".partial") && written.contains { name.hasPrefix("\($0).") }
    }
    for name in partial + results { try remove("\(folder)/\(name)") }
    if !keepingState { try remove(ResumeFile.path(in: folder)) }
  }

  private func remove(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw InputError(
        path, found: "an earlier run's file that can't be removed", expected: "a writable folder",
        advice: "Name another folder with --out.")
    }
  }
}
