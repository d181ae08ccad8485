import Datasets
import Networks
import Support
import Tensors
import Training

extension Classifier {
  /// The classifier of a weakly supervised run: its labels follow from it.
  ///
  /// - Parameters:
  ///   - recipe: the run's.
  ///   - observe: sees the steps done and the loss after each one, and can stop the training by throwing.
  /// - Throws: what the data or `observe` throw; `InputError` where the gradient stops being finite.
  public static func trained(
    _ weak: WeakRecipe, within recipe: Recipe, on tagged: TaggedDataset, seed: UInt64,
    observe: (_ step: Int, _ loss: Double) throws -> Void = { _, _ in }
  ) throws -> Classifier {
    try trained(
      weak.classifierRecipe(within: recipe), outputStride: weak.outputStride, on: tagged,
      normalization: Normalization(measuring: tagged.images), seed: seed, observe: observe)
  }

  /// Trains a classifier on images and tags, from the first step to the last.
  ///
  /// - Parameters:
  ///   - recipe: its objective is not looked at.
  ///   - observe: sees the steps done and the loss after each one, and can stop the training by throwing.
  /// - Throws: what the data or `observe` throw; `InputError` where the gradient stops being finite.
  public static func trained(
    _ recipe: Recipe, outputStride: Int, on tagged: TaggedDataset, normalization: Normalization, seed: UInt64,
    observe: (_ step: Int, _ loss: Double) throws -> Void = { _, _ in }
  ) throws -> Classifier {
    let tagClasses = tagged.tagClasses
    let classifier = Classifier(
      .init(
        channels: tagged.images.channels, width: recipe.networkWidth, outputs: tagClasses.count,
        outputStride: outputStride), seed: seed)
    let optimizer = Optimizer(recipe, parameters: classifier.parameters)
    let loader = BatchLoader(
      dataset: tagged.images, batchSize: recipe.batchSize, height: recipe.imageHeight, width: recipe.imageWidth,
      normalization: normalization, augmentation: recipe.augmentation == .standard ? .standard : .none, seed: seed)
    var batch = try loader.batch(at: 0)
    let shape = [batch.count, batch.height, batch.width, batch.channels]
    for step in 0..<recipe.steps {
      try loader.fill(&batch, at: step)
      let tape = Tape()
      let logits = classifier.logits(Variable(Tensor(batch.pixels, shape: shape)), on: tape)
      let targets = loader.indices(at: step).flatMap { index in tagClasses.map(tagged.tags[index].contains) }
      let result = softMarginLoss(logits: logits.value, targets: targets)
      tape.backward(from: logits, gradient: result.gradient)
      let learningRate =
        recipe.learningRate * recipe.schedule.factor(at: step, of: recipe.steps, warmup: recipe.warmup)
      guard optimizer.step(learningRate: learningRate).isFinite, let loss = result.loss else {
        throw InputError(
          "step \(step) of the classifier", found: "a gradient that is not a finite number",
          expected: "a finite gradient", advice: "Lower it with --set classifierLearningRate=….")
      }
      try observe(step + 1, loss)
    }
    return classifier
  }
}
