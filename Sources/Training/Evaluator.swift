import Datasets
import Images
import Metrics
import Networks
import Tensors

/// Measures a network on whole images of one split.
public struct Evaluator {
  private let batches: LabelledEvaluationBatches

  /// - Parameter multiple: images are padded to multiples of it, with void labels.
  public init(_ dataset: any LabelledDataset, normalization: Normalization, multiple: Int, batchSize: Int = 16) throws {
    batches = try LabelledEvaluationBatches(
      dataset: dataset, batchSize: batchSize, normalization: normalization, multiple: multiple)
  }

  /// - Throws: `InputError` where the largest image needs more memory than there is.
  public func requireMemory(for architecture: Architecture) throws {
    try architecture.memory(pixels: batches.images.mostPixels).require(
      of: "the evaluation of \(batches.dataset.name)", advice: "Cut or shrink its largest images.")
  }

  /// One confusion matrix over all labelled pixels of the split.
  public func evaluate(_ network: some Network) throws -> ConfusionMatrix {
    var confusion = ConfusionMatrix(classes: batches.dataset.classes.count)
    for position in 0..<batches.count {
      let (item, labels) = try batches.batch(at: position)
      try confusion.add(predictions: network.predictions(of: item.batch), truths: labels)
    }
    return confusion
  }
}

extension Network {
  /// The most probable class of each pixel of a batch, N H W.
  ///
  /// - Throws: `InputError` where the network gives NaN.
  public func predictions(of batch: Batch) throws -> [UInt8] {
    let images = Tensor(batch.pixels, shape: batch.shape)
    return try mostProbableClasses(logits(Variable(images), on: Tape(recording: false)).value)
  }
}
