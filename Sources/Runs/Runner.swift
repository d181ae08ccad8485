import Datasets
import Foundation
import Metrics
import Ranks
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
  /// Who train it together: rank 0 reads and writes the folder.
  package let ranks: any Communicator
  /// Who starts the reward program.
  let programStart: ProgramEnvironment.Start
  let shared: SharedWork

  /// - Parameters:
  ///   - folder: where it is recorded, as `runFolder(of:seed:rewardCommand:under:)` names it for one that isn't told.
  ///   - shared: what this run needn't do again, and leaves to others.
  package init(
    _ row: Row, seed: UInt64, folder: String, rewardProgram: RewardProgram? = nil,
    startedBy programStart: ProgramEnvironment.Start = .first, ranks: any Communicator = .alone,
    shared: SharedWork = SharedWork()
  ) {
    (self.row, self.seed, self.rewardProgram, self.shared) = (row, seed, rewardProgram, shared)
    (self.folder, self.ranks, self.programStart) = (folder, ranks, programStart)
  }

  /// - Parameters:
  ///   - data: the row's data where it is loaded already; nil loads it, without training
  ///     labels where a program gives the rewards.
  ///   - keeping: whether to go on with an earlier run, how often to keep the state, and when to stop.
  /// - Throws: `InputError` for bad data, a bad recipe, a diverging run, a folder that can't be written, or an earlier
  ///   run that can't be gone on with; `RunInUse` where another process is at work; `Interrupted` where `keeping` asked to
  ///   stop.
  package func run(
    on data: DatasetSplits? = nil, keeping: RunKeeping = .init(), progress: ProgressLine = .init(enabled: false)
  ) throws -> RunRecord {
    var provenance = Provenance.current()
    if ranks.count > 1 { provenance.hosts = ranks.hosts }
    let data = try data ?? load()
    let tagged = row.learnsFromTags ? try self.tagged(in: data) : nil
    let identity = try RunIdentity(row, seed: seed, data: data, rewardCommand: rewardProgram?.command)
    try agree(on: identity, provenance)
    defer { progress.finish() }
    let earlierRun = EarlierRun(in: folder)
    var lock: RunFolderLock?
    var verdict = EarlierRun.Verdict.start
    let finished = try ranks.first { () throws -> [RunRecord] in
      // A folder that is there is looked at before anything that takes time.
      var isFolder: ObjCBool = false
      let isThere = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) && isFolder.boolValue
      lock = isThere ? try lockFolder() : nil
      verdict = try earlierRun.verdict(for: identity, keeping) {
        progress.note("starts over: \($0.subject) has \($0.found)")
      }
      guard case .finished(let record) = verdict else { return [] }
      progress.note("finished already, with these settings and data: nothing is done; --overwrite runs it again")
      for stage in RunStage.allCases { try removeFile(ResumeFile.path(in: folder, stage)) }
      return [record]
    }
    if let record = finished.first { return record }
    try row.recipe.validate()
    // A row that learns from tags has a trainer when its labels are made; the data need have none.
    let trainer =
      tagged == nil
      ? try Trainer(
        row.recipe, on: data, seed: seed,
        environment: rewardProgram.map { ProgramEnvironment($0, startedBy: programStart) }, ranks: ranks) : nil
    let wasOvertaken = try ranks.first { () throws -> Bool in
      guard lock == nil else { return false }
      try Folder.make(folder, advice: "Name another one with --out.")
      lock = try lockFolder()
      return !earlierRun.files.isEmpty
    }
    // Another process was faster with the same folder.
    if wasOvertaken {
      lock = nil
      return try run(on: data, keeping: keeping, progress: progress)
    }
    return try withExtendedLifetime(lock) {
      var setAside: SetAside?
      if ranks.isFirst {
        try removePartialFiles()
        try FailureNote.remove(from: folder)
        if case .replace = verdict { setAside = try SetAside(earlierRun) }
      }
      do {
        let record = try train(
          trainer, on: data, tagged: tagged, identity, provenance, keeping: keeping, progress: progress)
        if ranks.isFirst { try SetAside.discard(in: folder) }
        return record
      } catch {
        try setAside?.putBackUnlessKept()
        throw error
      }
    }
  }

  /// Trains from where the folder's states are to the end, and records it.
  ///
  /// - Parameter trainer: nil for a row that learns from tags, whose trainer comes of them.
  private func train(
    _ trainer: Trainer?, on data: DatasetSplits, tagged: TaggedDataset?, _ identity: RunIdentity,
    _ provenance: Provenance, keeping: RunKeeping, progress: ProgressLine
  ) throws -> RunRecord {
    let earlier = try ranks.shared { try ResumeFile(in: folder, of: identity) }
    // A weakly supervised run that goes on makes its labels anew, the same ones, with what was trained for them.
    let start = try tagged.map { try weakStart(from: $0, in: data, identity, keeping: keeping, progress: progress) }
    guard let trainer = start?.trainer ?? trainer else {
      preconditionFailure("\(row.name) has neither a trainer nor tags")
    }
    for note in trainer.notes { progress.note(note) }
    if let earlier {
      try trainer.restore(earlier.state, from: ResumeFile.path(in: folder))
      progress.note("goes on after step \(earlier.position.steps)")
      if let warning = earlier.warning { progress.note(warning) }
    }
    if ranks.isFirst { try start?.writeFiles(to: folder, row: row.name, seed: seed) }
    var log = try RunLog(
      folder: folder, identity: identity, keeping: keeping, from: earlier?.position ?? .init(), progress: progress,
      ranks: ranks)
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
    if ranks.isFirst { try checkpoint.write(to: "\(folder)/checkpoint.safetensors") }
    var provenance = provenance
    provenance.kernels = log.position.kernelsWithThese
    var record = RunRecord(
      row: row, seed: seed, data: identity.data, parameters: trainer.network.parameterCount,
      result: .init(confusion, backgroundClass: data.backgroundClass), queries: log.position.queries,
      rewardCommand: rewardProgram?.command, seconds: seconds, provenance: provenance)
    (record.weights, record.classifierWeights) = (identity.weights, identity.classifierWeights)
    record.weak = try start?.result(on: data, evaluated: data.evaluated(on: row.recipe.evaluateOn), ranks: ranks)
    guard ranks.isFirst else { return record }
    try record.write(to: "\(folder)/run.json")
    for stage in RunStage.allCases { try removeFile(ResumeFile.path(in: folder, stage)) }
    return record
  }

  /// - Throws: `InputError` that names the rank whose program, settings or data are others than rank 0's.
  private func agree(on identity: RunIdentity, _ provenance: Provenance) throws {
    struct Own: Codable {
      var commit: String
      var run: RunIdentity
    }
    try ranks.agree(on: "the run", Own(commit: provenance.commit, run: identity)) { theirs, first in
      var differences = try first.run.differences(of: theirs.run)
      if theirs.commit != first.commit { differences.append("program \(theirs.commit) instead of \(first.commit)") }
      return differences
    }
  }

  /// - Throws: as `RunFolderLock`; with several ranks an `InputError`, which is what they tell each other.
  private func lockFolder() throws -> RunFolderLock {
    do {
      return try RunFolderLock(folder)
    } catch let use as RunInUse where ranks.count > 1 {
      throw use.inputError
    }
  }

  private func load() throws -> DatasetSplits {
    if row.learnsFromTags { return try row.data.loadForTags(needingLabels: row.weak?.start != nil) }
    return try rewardProgram == nil ? row.data.load() : row.data.loadWithoutTrainingLabels()
  }

  /// Removes the parts of files that a kill left.
  private func removePartialFiles() throws {
    let written = EarlierRun.results + RunStage.allCases.map { "\($0.rawValue).safetensors" }
    let partial = try FileManager.default.contentsOfDirectory(atPath: folder).filter { name in
      name.hasSuffix(".partial") && written.contains { name.hasPrefix("\($0).") }
    }
    for name in partial { try removeFile("\(folder)/\(name)") }
  }
}
