import Datasets
import Tensors

/// Learns the label of each pixel by cross-entropy.
public struct CrossEntropyLearner: Learner {
  private let labels: BatchLabels

  /// - Parameter labels: of the batch of a step.
  public init(labels: @escaping BatchLabels) { self.labels = labels }

  /// As the protocol says.
  public func outcome(at logits: Tensor, of batch: Batch, step: Int) throws -> StepOutcome {
    crossEntropy(logits: logits, labels: try labels(step), ranks: batch.share.ranks)
  }
}
