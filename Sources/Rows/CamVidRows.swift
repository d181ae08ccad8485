import Training

// CamVid at 160 x 120: 11 classes, no background. The data is `data/camvid` (data-scripts/README.md). Tolerances are the range
// of the three seeds recorded, or more.

extension Row {
  /// Supervised cross-entropy: the ceiling.
  package static let camvidCrossEntropy = Row(
    "camvid/ce", "Cross-entropy (labels)", .folder("camvid"),
    .camvid(.crossEntropy, maps: 1),
    expected: Expected(mIoU: 0.397, tolerance: 0.02, seconds: 117))

  /// A reward for each pixel: right or wrong.
  package static let camvidPixel = Row(
    "camvid/pixel", "RSS, pixel-level", .folder("camvid"),
    .camvid(.pixelReward, maps: 1),
    expected: Expected(mIoU: 0.235, tolerance: 0.1, seconds: 159))

  /// One reward for each map, given to all its pixels, two maps an image.
  package static let camvidImageNaive = Row(
    "camvid/image-naive", "RSS, image-level, naive", .folder("camvid"),
    .camvid(.imageReward, maps: 2).with(\.advantage, .naive),
    expected: Expected(mIoU: 0.062, tolerance: 0.06, seconds: 152))

  /// One reward for each map, pairs compared where they differ.
  package static let camvidImage = Row(
    "camvid/image", "RSS, image-level, PSD", .folder("camvid"),
    .camvid(.imageReward, maps: 64),
    expected: Expected(mIoU: 0.373, tolerance: 0.03, seconds: 114))

  /// Ours: pixel-level reward weighted by the inverse of the action's probability.
  package static let camvidPixelPropensity = Row(
    "camvid/pixel-propensity", "RSS, pixel-level, propensity weights", .folder("camvid"),
    .camvid(.pixelReward, maps: 2).withPropensityWeights,
    expected: Expected(mIoU: 0.389, tolerance: 0.03, seconds: 251))

  /// Ours: PSD with what the other pixels explain taken out of each reward, normalised per image.
  package static let camvidImageRegression = Row(
    "camvid/image-regression", "RSS, image-level, PSD with regression", .folder("camvid"),
    .camvid(.imageReward, maps: 64).withRegression,
    expected: Expected(mIoU: 0.376, tolerance: 0.02, seconds: 517))
}

extension Recipe {
  /// What every row here has: width 12, 600 steps of batch 8 with augmentation.
  fileprivate static func camvid(_ objective: Objective, maps: Int) -> Recipe {
    Recipe(objective: objective, maps: maps, networkWidth: 12, steps: 600, imageHeight: 120, imageWidth: 160)
      .with(\.batchSize, 8).with(\.augmentation, .standard)
  }
}
