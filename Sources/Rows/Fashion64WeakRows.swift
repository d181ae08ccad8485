import Training
import WeakSupervision

// Rows that are given tags alone, on FashionScenes 64 x 64: a classifier learns them, its activation maps become labels, and the
// network, steps and optimizer of `fashion64/ce` learn from those.

extension Row {
  /// Class activation maps.
  package static let fashion64CAM = Row(
    "fashion64/cam", "CAM", .fashion64,
    fashion64CrossEntropy.recipe, weak: .fashion64(.cam))

  /// Grad-CAM: for this classifier the same maps as CAM's but for rounding.
  package static let fashion64GradCAM = Row(
    "fashion64/gradcam", "Grad-CAM", .fashion64,
    fashion64CrossEntropy.recipe, weak: .fashion64(.gradCAM))

  /// Grad-CAM++.
  package static let fashion64GradCAMPlusPlus = Row(
    "fashion64/gradcam++", "Grad-CAM++", .fashion64,
    fashion64CrossEntropy.recipe, weak: .fashion64(.gradCAMPlusPlus))

  /// CAM's maps, refined by a dense CRF before they become labels.
  package static let fashion64CRF = Row(
    "fashion64/cam+crf", "CAM, dense CRF", .fashion64,
    fashion64CrossEntropy.recipe, weak: .fashion64(.cam).refined(by: .crf))

  /// CAM's maps, refined by PAMR.
  package static let fashion64PAMR = Row(
    "fashion64/cam+pamr", "CAM, PAMR", .fashion64,
    fashion64CrossEntropy.recipe, weak: .fashion64(.cam).refined(by: .pamr))

  /// CAM's maps, refined by a random walk on learnt affinities.
  /// Cells of 2 pixels, as many as fashion32 has of one: the walk's matrix has the square of their number.
  package static let fashion64PSA = Row(
    "fashion64/cam+psa", "CAM, affinity walk (PSA)", .fashion64,
    fashion64CrossEntropy.recipe, weak: .fashion64(.cam).refined(by: .affinityWalk).withCells(of: 2))

  /// From the network that CAM's labels trained, image-level reward goes on for 240 steps: a fifth of the queries of
  /// `fashion64/image`.
  package static let fashion64CAMThenReward = Row(
    "fashion64/cam+rss", "CAM, then RSS, image-level", .fashion64,
    fashion64Image.recipe.with(\.steps, 240), weak: .fashion64(.cam).first(fashion64CrossEntropy.recipe))

  /// The same from the labels that the dense CRF made of CAM's.
  package static let fashion64CRFThenReward = Row(
    "fashion64/cam+crf+rss", "CAM, dense CRF, then RSS, image-level", .fashion64,
    fashion64Image.recipe.with(\.steps, 240),
    weak: .fashion64(.cam).refined(by: .crf).first(fashion64CrossEntropy.recipe))

  /// Tags alone, in the network that segments: no classifier, no pseudo labels made beforehand.
  package static let fashion64OneStage = Row(
    "fashion64/one-stage", "One stage (tags alone)", .fashion64,
    fashion64CrossEntropy.recipe, oneStage: .fashion64)
}

extension WeakRecipe {
  /// Garments are twice as large as fashion32's, and so is the stride: 0.368 on the tuning split (seeds, seed 1), where
  /// stride 2 at width 6 gives 0.333. Not tuned beyond that.
  fileprivate static func fashion64(_ seeds: SeedMethod) -> WeakRecipe {
    WeakRecipe(
      seeds: seeds, classifierWidth: 12, classifierSteps: 800, classifierLearningRate: 2e-2, outputStride: 4,
      scales: [1], mirrored: true)
  }
}

extension WeakRecipe {
  fileprivate func withCells(of stride: Int) -> WeakRecipe {
    var recipe = self
    recipe.affinity?.stride = stride
    return recipe
  }
}

extension OneStageRecipe {
  /// As fashion32's, with one more dilation for larger garments. Not tuned.
  fileprivate static let fashion64: OneStageRecipe = {
    var recipe = OneStageRecipe()
    (recipe.confidence, recipe.backgroundConfidence, recipe.focalFloor) = (0.4, 0.4, 0.3)
    recipe.refinement.dilations = [1, 2, 4, 8]
    return recipe
  }()
}
