import Training

// FashionScenes 64 x 64: ten garments and background. Tolerances are twice the range of the three seeds recorded, or more.

extension Row {
  /// Supervised cross-entropy: the ceiling.
  package static let fashion64CrossEntropy = Row(
    "fashion64/ce", "Cross-entropy (labels)", .fashion64,
    .fashion64(.crossEntropy, maps: 1),
    expected: Expected(mIoU: 0.556, tolerance: 0.015, seconds: 97))

  /// A reward for each pixel: right or wrong.
  package static let fashion64Pixel = Row(
    "fashion64/pixel", "RSS, pixel-level", .fashion64,
    .fashion64(.pixelReward, maps: 1),
    expected: Expected(mIoU: 0.360, tolerance: 0.05, seconds: 91))

  /// One reward for each map, given to all its pixels, two maps an image.
  package static let fashion64ImageNaive = Row(
    "fashion64/image-naive", "RSS, image-level, naive", .fashion64,
    .fashion64(.imageReward, maps: 2).with(\.advantage, .naive),
    expected: Expected(mIoU: 0.096, tolerance: 0.04, seconds: 129))

  /// One reward for each map, pairs compared where they differ.
  package static let fashion64Image = Row(
    "fashion64/image", "RSS, image-level, PSD", .fashion64,
    .fashion64(.imageReward, maps: 64),
    expected: Expected(mIoU: 0.492, tolerance: 0.03, seconds: 95))

  /// Ours: pixel-level reward weighted by the inverse of the action's probability.
  package static let fashion64PixelPropensity = Row(
    "fashion64/pixel-propensity", "RSS, pixel-level, propensity weights", .fashion64,
    .fashion64(.pixelReward, maps: 2).withPropensityWeights,
    expected: Expected(mIoU: 0.543, tolerance: 0.02, seconds: 254))

  /// Ours: PSD with what the other pixels explain taken out of each reward, normalised per image.
  package static let fashion64ImageRegression = Row(
    "fashion64/image-regression", "RSS, image-level, PSD with regression", .fashion64,
    .fashion64(.imageReward, maps: 64).withRegression,
    expected: Expected(mIoU: 0.519, tolerance: 0.02, seconds: 380))
}

extension Recipe {
  /// What every row here has: width 12, 1200 steps of batch 16.
  fileprivate static func fashion64(_ objective: Objective, maps: Int) -> Recipe {
    Recipe(objective: objective, maps: maps, networkWidth: 12, steps: 1200, imageHeight: 64, imageWidth: 64)
  }
}
