import Foundation
import Ranks
import Records
import Support
import Training

/// Writes down a run as it goes on: metrics lines, and now and then the state from which it could go on.
struct RunLog {
  /// Steps from one metrics line to the next.
  static let metricsInterval = 10

  private let folder: String
  private let identity: RunIdentity
  private let keeping: RunKeeping
  private let progress: ProgressLine
  private let ranks: any Communicator
  /// Nil on other ranks than the first.
  private let metrics: MetricsFile?
  private let start = ContinuousClock.now
  private var contention = Contention()
  private let earlierSeconds: Double
  private(set) var position: ResumeFile.Position
  /// Steps after which everything was reported, while the next one has changed nothing; nil before the first.
  private var pausedAfter: Int?

  /// - Parameter ranks: train together; rank 0 writes.
  /// - Throws: `InputError` where `metrics.jsonl` can't be written or lacks lines that were written before `position`.
  init(
    folder: String, identity: RunIdentity, keeping: RunKeeping, from position: ResumeFile.Position,
    progress: ProgressLine, ranks: any Communicator
  ) throws {
    (self.folder, self.identity, self.keeping, self.progress) = (folder, identity, keeping, progress)
    self.ranks = ranks
    (self.position, earlierSeconds) = (position, position.seconds)
    pausedAfter = position.steps > 0 ? position.steps : nil
    metrics =
      ranks.isFirst ? try MetricsFile(path: "\(folder)/metrics.jsonl", keeping: position.metricsLength) : nil
  }

  /// Of all parts of the run so far.
  var seconds: Double { earlierSeconds + (ContinuousClock.now - start) / .seconds(1) }

  /// - Parameter state: asked for only where it is to be kept.
  /// - Throws: `InputError` where the folder can't be written; `Interrupted` where the run is to stop.
  mutating func record(_ event: TrainingEvent, state: @autoclosure () -> TrainingState) throws {
    let steps = identity.recipe.steps
    switch event {
    case .step(let step):
      pausedAfter = nil
      position.queries += step.outcome.queries
      position.window.add(step)
      if let note = contention.note(hasShards: identity.recipe.shards != nil) { progress.note("note: \(note)") }
      guard step.step % Self.metricsInterval == 0 || step.step == steps else { return }
      try append(position.window.line(seconds: seconds, queries: position.queries))
      position.window = StepWindow()
    case .evaluation(let step, let confusion):
      var line = MetricsLine(step: step, seconds: seconds, queries: position.queries)
      (line.mIoU, line.pixelAccuracy) = (confusion.meanIoU, confusion.pixelAccuracy)
      try append(line)
    case .pause(let step):
      pausedAfter = step
      let signal = ranks.agreed(on: keeping.stopSignal())
      guard signal != nil || step % keeping.interval == 0 else { return }
      try keep(state())
      if let signal { throw Interrupted(signal: signal, folder: folder, step: step) }
    }
  }

  /// Keeps the steps done where a step failed before it changed anything, as one does whose reward doesn't come: rewards of a
  /// program can be dear.
  ///
  /// - Returns: the error, which says how to go on where that can be done.
  mutating func keepingSteps(_ state: TrainingState, before error: InputError) -> InputError {
    guard let pausedAfter, (try? keep(state)) != nil else { return error }
    return InputError(
      error.subject, found: error.found, expected: error.expected,
      advice:
        "\(error.advice) \(pausedAfter) steps are kept in \(folder)/: the same command with --resume goes on from there."
    )
  }

  private mutating func keep(_ state: TrainingState) throws {
    guard let metrics else { return }
    (position.steps, position.seconds, position.metricsLength) = (state.steps, seconds, metrics.length)
    try metrics.sync()
    try ResumeFile.write(state, at: position, of: identity, in: folder)
  }

  private func append(_ line: MetricsLine) throws {
    try metrics?.append(line)
    progress.show(line, of: identity.recipe.steps)
  }
}
