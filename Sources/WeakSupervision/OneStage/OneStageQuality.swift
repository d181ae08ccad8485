import Datasets
import Images
import Metrics
import Networks
import Ranks
import Tensors

/// How good a network is that learned by `OneStage`, by labels it never saw: for reports, never for a choice.
public struct OneStageQuality: Sendable, Equatable {
  /// mIoU of its masks, where each image's tags and the background compete.
  public let maskMeanIoU: Double?
  /// mIoU of the same after refinement by PAMR: of what it learns from, with the pixels it isn't sure of.
  public let refinedMeanIoU: Double?

  /// - Parameters:
  ///   - truth: images with their labels, those of `tagged`.
  ///   - ranks: look at some of the images each; all find the same.
  /// - Throws: what reading a sample throws.
  public init(
    of network: any SegmentationNetwork, learnedBy method: OneStage, normalization: Normalization,
    tagged: TaggedDataset, truth: any LabelledDataset, ranks: any Communicator = .alone
  ) throws {
    var before = ConfusionMatrix(classes: truth.classes.count)
    var after = before
    try method.forEachImage(of: tagged, by: network, normalization: normalization, ranks: ranks) {
      index, image, size, masks in
      let tags = tagged.tags[index]
      func labels(_ refinement: PAMR?) throws -> LabelMap {
        try masks.competing(in: image, tags: tags, background: tagged.background, refinement)
          .labels(background: tagged.background).cropped(to: size)
      }
      return (try labels(nil), try labels(method.recipe.refinement))
    } collect: { index, maps in
      let labels = try truth.sample(at: index).labels
      try before.add(prediction: maps.0, truth: labels)
      try after.add(prediction: maps.1, truth: labels)
    }
    (maskMeanIoU, refinedMeanIoU) = try (
      before.summed(over: ranks).meanIoU, after.summed(over: ranks).meanIoU
    )
  }
}

extension OneStage {
  /// How well the masks' scores tell which classes an image shows.
  ///
  /// - Parameter ranks: look at some of the images each; all find the same.
  /// - Throws: what reading an image throws.
  public func evaluateTags(
    of network: any SegmentationNetwork, on tagged: TaggedDataset, normalization: Normalization,
    ranks: any Communicator = .alone
  ) throws -> ClassificationScores {
    let outputs = tagged.tagClasses
    var scores: [Float] = []
    var positives: [Bool] = []
    try forEachImage(of: tagged, by: network, normalization: normalization, ranks: ranks) { _, _, _, masks in
      outputs.map { Float(masks.scores[Int($0)]) }
    } collect: { index, image in
      scores += image
      positives += outputs.map(tagged.tags[index].contains)
    }
    return ClassificationScores(
      scores: ranks.gather(scores), positives: ranks.gather(positives), classes: outputs.count)
  }

  /// Calls `look` for each image, on all threads, with its pixels and masks as the network sees them, padded at the
  /// right and below, and its size without; and `collect` for what it returns, in order.
  fileprivate func forEachImage<Seen>(
    of tagged: TaggedDataset, by network: any SegmentationNetwork, normalization: Normalization,
    ranks: any Communicator,
    look: (_ index: Int, _ image: Image, _ size: PixelSize, _ masks: MaskScores) throws -> Seen,
    collect: (_ index: Int, Seen) throws -> Void
  ) throws {
    let batches = try EvaluationBatches(
      dataset: tagged.images, batchSize: 16, normalization: normalization, multiple: network.sizeMultiple)
    for position in ranks.share(of: batches.count) {
      let item = try batches.batch(at: position)
      let batch = item.batch
      let images = Tensor(batch.pixels, shape: batch.shape)
      let logits = network.logits(Variable(images), on: Tape(recording: false)).value
      let masks = try maskScores(logits: logits, void: batch.void)
      let seen = try parallelMap(batch.count) { n in
        try look(item.indices[n], batch.normalisedImage(at: n), item.sizes[n], masks[n])
      }
      for (index, seen) in zip(item.indices, seen) { try collect(index, seen) }
    }
  }
}

extension LabelMap {
  /// The upper left part.
  fileprivate func cropped(to size: PixelSize) -> LabelMap {
    guard (width, height) != (size.width, size.height) else { return self }
    return LabelMap(
      width: size.width, height: size.height,
      classes: (0..<size.height).flatMap { y in classes[y * width..<y * width + size.width] })
  }
}
