import Datasets
import Tensors

/// What a network learns from: it turns the logits of a batch into a number to watch and their gradient.
///
/// There is one mechanism, whether the truth is labels, rewards or tags. Who knows the truth holds it; the training
/// loop, the network and the batch never do.
public protocol Learner {
  /// Whether the batches must have their pixels as they are before normalisation, too. Asked after `begin`.
  var wantsFrames: Bool { get }

  /// Called once before the first step of a run: a program is started.
  ///
  /// - Throws: `InputError` where the run can't begin.
  func begin() throws

  /// - Parameters:
  ///   - logits: the network's, of the batch.
  ///   - batch: what the network was shown.
  ///   - step: the batch's number. The outcome follows from logits and step alone, or a run that goes on isn't the same
  ///     run.
  /// - Throws: what giving a reward throws; the step then changes nothing.
  func outcome(at logits: Tensor, of batch: Batch, step: Int) throws -> StepOutcome

  /// Called once after a run that has begun, however it ends.
  func end()
}

extension Learner {
  /// No.
  public var wantsFrames: Bool { false }
  /// Nothing to do.
  public func begin() throws {}
  /// Nothing to do.
  public func end() {}
}

/// The labels of batch `step`, `[N, H, W]`, for who may know them: `LabelledBatchLoader.labels`.
public typealias BatchLabels = (_ step: Int) throws -> [UInt8]
