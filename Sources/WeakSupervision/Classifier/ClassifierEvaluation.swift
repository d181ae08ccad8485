import Datasets
import Metrics
import Networks
import Ranks
import Tensors

extension Classifier {
  /// Average precision of each tag class over a split.
  ///
  /// - Parameter ranks: look at some of the images each; all find the same.
  /// - Throws: what reading an image throws.
  public func evaluate(
    on tagged: TaggedDataset, normalization: Normalization, ranks: any Communicator = .alone
  ) throws -> ClassificationScores {
    let outputs = configuration.outputs
    let batches = try EvaluationBatches(
      dataset: tagged.images, batchSize: 16, normalization: normalization, multiple: sizeMultiple)
    var scores: [Float] = []
    var positives: [Bool] = []
    for position in ranks.share(of: batches.count) {
      let item = try batches.batch(at: position)
      let images = Tensor(item.batch.pixels, shape: item.batch.shape)
      scores += logits(Variable(images), on: Tape(recording: false)).value.scalars
      positives += item.indices.flatMap { index in tagged.tagClasses.map(tagged.tags[index].contains) }
    }
    return ClassificationScores(scores: ranks.gather(scores), positives: ranks.gather(positives), classes: outputs)
  }
}
