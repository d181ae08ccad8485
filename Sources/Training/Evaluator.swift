import Datasets
import Images
import Metrics
import Networks
import Ranks
import Tensors

/// Measures a network on whole images of one split.
public struct Evaluator {
  private let batches: LabelledEvaluationBatches
  private let ranks: any Communicator
  private let usesLanes: Bool

  /// - Parameters:
  ///   - multiple: images are padded to multiples of it, with void labels.
  ///   - ranks: measure some of the images each; all find the same.
  ///   - usesLanes: whether each thread looks at batches of its own, as where a batch of a training is cut into shards.
  public init(
    _ dataset: any LabelledDataset, normalization: Normalization, multiple: Int, batchSize: Int = 16,
    ranks: any Communicator = .alone, usesLanes: Bool = false
  ) throws {
    (self.ranks, self.usesLanes) = (ranks, usesLanes)
    batches = try LabelledEvaluationBatches(
      dataset: dataset, batchSize: batchSize, normalization: normalization, multiple: multiple)
  }

  /// - Throws: `InputError` where the largest image needs more memory than there is.
  public func requireMemory(for architecture: Architecture) throws {
    let together = usesLanes ? min(Threads.count, batches.count) : 1
    try architecture.memory(pixels: together * batches.images.mostPixels).require(
      of: "the evaluation of \(batches.dataset.name)", advice: "Cut or shrink its largest images.")
  }

  /// One confusion matrix over all labelled pixels of the split.
  ///
  /// - Throws: `InputError` for a sample that can't be read, and where the network gives NaN.
  public func evaluate(_ network: some Network) throws -> ConfusionMatrix {
    try evaluate(network) { _, _, _ in }
  }

  /// The same, and how well contours agree, with the authors' width of band for each image's size.
  ///
  /// - Throws: as `evaluate`.
  public func evaluateWithBoundaries(
    _ network: some Network
  ) throws -> (confusion: ConfusionMatrix, boundaries: BoundaryCounts) {
    var boundaries = BoundaryCounts(classes: batches.dataset.classes.count)
    let confusion = try evaluate(network) { item, predictions, labels in
      for (n, size) in item.sizes.enumerated() {
        try boundaries.add(
          prediction: item.batch.map(predictions, ofImage: n, size), truth: item.batch.map(labels, ofImage: n, size),
          width: boundaryWidth(forWidth: size.width, height: size.height))
      }
    }
    return (confusion, BoundaryCounts(counts: ranks.sum(boundaries.counts)))
  }

  private func evaluate(
    _ network: some Network, look: (EvaluationBatches.Item, _ predictions: [UInt8], _ labels: [UInt8]) throws -> Void
  ) throws -> ConfusionMatrix {
    var confusion = ConfusionMatrix(classes: batches.dataset.classes.count)
    let own = ranks.share(of: batches.count)
    let together = usesLanes ? Threads.count : 1
    for first in stride(from: own.lowerBound, to: own.upperBound, by: together) {
      let found = try (first..<min(first + together, own.upperBound)).map { try batches.batch(at: $0) }
      let predictions = try predictions(by: network, of: found.map(\.item.batch))
      for ((item, labels), predictions) in zip(found, predictions) {
        try confusion.add(predictions: predictions, truths: labels)
        try look(item, predictions, labels)
      }
    }
    return try confusion.summed(over: ranks)
  }

  /// Of several batches, each in a lane where there are lanes.
  private func predictions(by network: some Network, of batches: [Batch]) throws -> [[UInt8]] {
    guard usesLanes else { return try batches.map(network.predictions) }
    var found = [Result<[UInt8], any Error>?](repeating: nil, count: batches.count)
    found.withUnsafeMutableBufferPointer { found in
      Lanes.run(batches.count) { i in found[i] = Result { try network.predictions(of: batches[i]) } }
    }
    return try found.compactMap { try $0?.get() }
  }
}

extension Batch {
  /// One image's part of classes `[N, H, W]`, without the padding at its right and bottom.
  func map(_ classes: [UInt8], ofImage n: Int, _ size: PixelSize) -> LabelMap {
    LabelMap(
      width: size.width, height: size.height,
      classes: (0..<size.height).flatMap { y in
        let first = (n * height + y) * width
        return classes[first..<first + size.width]
      })
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
