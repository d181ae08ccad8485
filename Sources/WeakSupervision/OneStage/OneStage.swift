import Datasets
import Images
import Networks
import Ranks
import Tensors
import Training

/// A segmentation network that learns from tags by itself: one network, one stage (Araslanov and Roth, "Single-stage
/// semantic segmentation from image labels", CVPR 2020).
///
/// The background's logit is the constant 1, as in the paper. The other classes get scores for the whole image from
/// their masks (`MaskScores`), from which the tags are learned; after a while, what the masks are sure of is learned,
/// too (`confidentLabels`, `balancedCrossEntropy`).
///
/// Images and their tags are all that a value of this type holds: no pixel label of any split.
public struct OneStage: Sendable {
  /// What the method follows from.
  public let recipe: OneStageRecipe
  /// The images and their tags.
  public let tagged: TaggedDataset

  /// The method by a recipe, on images and their tags.
  public init(_ recipe: OneStageRecipe, on tagged: TaggedDataset) { (self.recipe, self.tagged) = (recipe, tagged) }

  /// One step of the method: the loss at a batch's logits, and its gradient.
  ///
  ///     L = soft-margin loss of the tags at the masks' scores + maskWeight balanced cross-entropy of the masks' own
  ///     labels
  ///
  /// - Parameters:
  ///   - logits: `[N, H, W, K]`.
  ///   - batch: its pixels, and which of them are void.
  ///   - tags: of the images.
  ///   - learnsMasks: false is the first term alone.
  /// - Throws: `InputError` for logits that aren't finite.
  /// - Cost: that of `PAMR` for each image, which takes most of it.
  public func outcome(logits: Tensor, batch: Batch, tags: [[UInt8]], learnsMasks: Bool) throws -> StepOutcome {
    let masks = try maskScores(logits: logits, void: batch.void)
    let ofTags = tagLoss(masks, tags: tags, shape: logits.shape, ranks: batch.share.ranks)
    guard learnsMasks else { return ofTags.keeping(constant: tagged.background) }
    // Normalised pixels will do: PAMR's weights don't change when a channel is scaled or shifted.
    let labels = try parallelMap(batch.count) { n in
      try masks[n].pseudoLabels(of: batch.normalisedImage(at: n), tags: tags[n], background: tagged.background, recipe)
    }
    let ofMasks = balancedCrossEntropy(
      logits: logits, labels: zip(labels.flatMap(\.classes), batch.void.bytes).map { $1 == LabelMap.void ? $1 : $0 },
      expected: tags.map { $0.count + 1 }, ranks: batch.share.ranks)
    return ofTags.adding(ofMasks, times: recipe.maskWeight).keeping(constant: tagged.background)
  }

  /// The scores of each image of a batch.
  func maskScores(logits: Tensor, void: VoidMask) throws -> [MaskScores] {
    let (count, height, width, classes) = logits.nhwc
    let size = height * width
    return try logits.withScalars { scalars in
      try parallelMap(count) { n in
        MaskScores(
          logits: Array(UnsafeBufferPointer(start: scalars + n * size * classes, count: size * classes)),
          void: Array(void.bytes[n * size..<(n + 1) * size]), classes: classes, power: recipe.focalPower,
          floor: recipe.focalFloor)
      }
    }
  }

  /// The soft-margin loss of the tags, its gradient taken back to the logits. The background has no tag and no part.
  ///
  /// - Parameter ranks: have the batch's other images.
  func tagLoss(
    _ masks: [MaskScores], tags: [[UInt8]], shape: [Int], ranks: any Communicator = .alone
  ) -> StepOutcome {
    let outputs = tagged.tagClasses.map(Int.init)
    let scores = masks.flatMap { image in outputs.map { Float(image.scores[$0]) } }
    let loss = softMarginLoss(
      logits: Tensor(scores, shape: [masks.count, 1, 1, outputs.count]),
      targets: tags.flatMap { tags in tagged.tagClasses.map(tags.contains) }, ranks: ranks)
    let slopes = loss.gradient.scalars
    let gradient = masks.enumerated().flatMap { n, image in
      var upstream = [Double](repeating: 0, count: tagged.classes.count)
      for (i, k) in outputs.enumerated() { upstream[k] = Double(slopes[n * outputs.count + i]) }
      return image.gradient(upstream)
    }
    return StepOutcome(loss: loss.loss, gradient: Tensor(gradient, shape: shape))
  }
}

extension OneStage {
  /// A trainer of the row's recipe that learns this way.
  ///
  /// - Parameter ranks: as those of `Trainer`.
  /// - Throws: as `Trainer`.
  public func trainer(
    _ recipe: Recipe, on data: DatasetSplits, seed: UInt64, ranks: any Communicator = .alone
  ) throws -> Trainer {
    let trainer = try Trainer(recipe, on: data.learning(fromImages: tagged.images), seed: seed, ranks: ranks) {
      batches in
      OneStageLearner(
        method: self, batches: batches, masksBegin: Int((self.recipe.tagsAlone * Float(recipe.steps)).rounded()))
    }
    trainer.network.keepConstant(class: Int(tagged.background), logit: 1)
    return trainer
  }
}

/// Learns from the tags of each batch's images, and after a while from the network's own masks.
private struct OneStageLearner: Learner {
  let method: OneStage
  let batches: BatchLoader
  /// The first step that learns from masks, too.
  let masksBegin: Int

  func outcome(at logits: Tensor, of batch: Batch, step: Int) throws -> StepOutcome {
    try method.outcome(
      logits: logits, batch: batch, tags: batches.indices(at: step).map { method.tagged.tags[$0] },
      learnsMasks: step >= masksBegin)
  }
}

extension MaskScores {
  /// The masks of an image's tags and the background, which alone can be in it; refined by its colours, unless nil.
  func competing(
    in image: Image, tags: [UInt8], background: UInt8, _ refinement: PAMR?
  ) throws -> TagScores {
    let shown = (tags + [background]).sorted()
    let count = scores.count
    let values = (0..<image.width * image.height).flatMap { p in shown.map { masks[p * count + Int($0)] } }
    let scores = TagScores(width: image.width, height: image.height, classes: shown, values: values)
    return try refinement.map { pamr in try [scores].refined { try pamr.refine(image, $0) }[0] } ?? scores
  }

  /// What the masks are sure of, as labels; 255 elsewhere.
  func pseudoLabels(
    of image: Image, tags: [UInt8], background: UInt8, _ recipe: OneStageRecipe
  ) throws -> LabelMap {
    try competing(in: image, tags: tags, background: background, recipe.refinement).confidentLabels(
      above: recipe.confidence, background: background, above: recipe.backgroundConfidence,
      least: recipe.leastConfidence)
  }
}

extension StepOutcome {
  fileprivate func adding(_ other: StepOutcome, times weight: Float) -> StepOutcome {
    var sum = gradient
    withPointers(writing: &sum, reading: other.gradient) { sum, other in
      for i in 0..<gradient.count { sum[i] += weight * other[i] }
    }
    return StepOutcome(loss: loss.map { $0 + Double(weight) * (other.loss ?? 0) }, gradient: sum)
  }

  /// Without a gradient for one class's logits, which don't change.
  fileprivate func keeping(constant label: UInt8) -> StepOutcome {
    let classes = gradient.shape.last ?? 1
    var gradient = gradient
    gradient.withMutableScalars { scalars in
      for i in stride(from: Int(label), to: self.gradient.count, by: classes) { scalars[i] = 0 }
    }
    return StepOutcome(loss: loss, gradient: gradient)
  }
}
