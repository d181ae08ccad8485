import Datasets
import Metrics
import Networks
import Tensors

extension Classifier {
  /// Average precision of each tag class over a split.
  ///
  /// - Throws: what reading an image throws.
  public func evaluate(on tagged: TaggedDataset, normalization: Normalization) throws -> ClassificationScores {
    let outputs = configuration.outputs
    let batches = try EvaluationBatches(
      dataset: tagged.images, batchSize: 16, normalization: normalization, multiple: sizeMultiple)
    var scores: [Float] = []
    var positives: [Bool] = []
    for position in 0..<batches.count {
      let item = try batches.batch(at: position)
      let images = Tensor(item.batch.pixels, shape: item.batch.shape)
      scores += logits(Variable(images), on: Tape(recording: false)).value.scalars
      positives += item.indices.flatMap { index in tagged.tagClasses.map(tagged.tags[index].contains) }
    }
    return ClassificationScores(scores: scores, positives: positives, classes: outputs)
  }
}
