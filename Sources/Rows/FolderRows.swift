import Training
import WeakSupervision

// Any folder of images: `rss train folder/ce --data DIR --set size=96x96`. Nothing can be expected of them beforehand.

extension Row {
  /// Supervised cross-entropy: the ceiling.
  package static let folderCrossEntropy = Row(
    "folder/ce", "Cross-entropy (labels)", .folder("folder"),
    .folder(.crossEntropy, maps: 1))

  /// A reward for each pixel: right or wrong.
  package static let folderPixel = Row(
    "folder/pixel", "RSS, pixel-level", .folder("folder"),
    .folder(.pixelReward, maps: 1))

  /// One reward for each map, pairs compared where they differ.
  package static let folderImage = Row(
    "folder/image", "RSS, image-level, PSD", .folder("folder"),
    .folder(.imageReward, maps: 64))

  /// Class activation maps, of images with an `image_labels.txt`: then no training label is opened.
  package static let folderCAM = Row(
    "folder/cam", "CAM", .folder("folder"), folderCrossEntropy.recipe, weak: .folder(.cam))
}

extension Recipe {
  /// What every row here has: width 12, 1000 steps of batch 16 with augmentation.
  fileprivate static func folder(_ objective: Objective, maps: Int) -> Recipe {
    Recipe(objective: objective, maps: maps, networkWidth: 12, steps: 1000, imageHeight: 96, imageWidth: 96)
      .with(\.augmentation, .standard)
  }
}

extension WeakRecipe {
  /// Not tuned: a start for images of any kind.
  fileprivate static func folder(_ seeds: SeedMethod) -> WeakRecipe {
    WeakRecipe(
      seeds: seeds, classifierWidth: 12, classifierSteps: 1000, classifierLearningRate: 5e-3, outputStride: 4,
      scales: [1], mirrored: true)
  }
}
