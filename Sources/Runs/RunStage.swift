import Foundation
import Ranks
import Records
import Support
import Training

/// A training of a run whose state is kept, by the name of its file.
package enum RunStage: String, CaseIterable {
  /// The run's own.
  case training = "resume"
  /// Of a weakly supervised run, before its own: the classifier, and the network that learns the pseudo labels where
  /// the row's recipe goes on from it.
  case classifier = "resume-classifier"
  case start = "resume-start"

  var name: String {
    switch self {
    case .training: "the training"
    case .classifier: "the classifier"
    case .start: "the network that learns the pseudo labels"
    }
  }
}

/// Keeps the state of a training that comes before a run's own, now and then, where it is to stop, and when it has
/// ended.
struct StageLog {
  let stage: RunStage
  let folder: String
  let identity: RunIdentity
  let keeping: RunKeeping
  private let ranks: any Communicator
  /// Of an earlier run.
  let earlier: ResumeFile?
  private let start = ContinuousClock.now

  /// - Parameter ranks: train together; rank 0 reads and writes.
  /// - Throws: `InputError` where an earlier run's state is there and can't be gone on with.
  init(
    _ stage: RunStage, folder: String, identity: RunIdentity, keeping: RunKeeping, ranks: any Communicator
  ) throws {
    (self.stage, self.folder, self.identity, self.keeping) = (stage, folder, identity, keeping)
    self.ranks = ranks
    earlier = try ranks.shared { try ResumeFile(in: folder, of: identity, stage) }
  }

  var path: String { ResumeFile.path(in: folder, stage) }

  /// Of all parts of the stage so far.
  var seconds: Double { (earlier?.position.seconds ?? 0) + (ContinuousClock.now - start) / .seconds(1) }

  /// - Parameter state: after the step; asked for only where it is to be kept.
  /// - Throws: `InputError` where the folder can't be written; `Interrupted` where the run is to stop.
  func record(step: Int, of steps: Int, state: @autoclosure () -> TrainingState) throws {
    let signal = ranks.agreed(on: keeping.stopSignal())
    guard signal != nil || step % keeping.interval == 0 || step == steps else { return }
    var position = ResumeFile.Position()
    (position.steps, position.seconds, position.kernels) = (step, seconds, earlier?.position.kernels)
    if ranks.isFirst { try ResumeFile.write(state(), at: position, of: identity, in: folder, stage) }
    if let signal { throw Interrupted(signal: signal, folder: folder, step: step, of: stage.name) }
  }
}
