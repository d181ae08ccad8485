import Networks
import Training

// PASCAL VOC 2012 with background, five animals and people, every other class void, at 128 x 128: photographs, on which a
// pretrained encoder is what people use. The data is `data/voc2012` (data-scripts/README.md), the weights
// `data/weights/mobilenetV2.safetensors` (data-scripts/weights mobilenetV2).

extension Row {
  /// Supervised cross-entropy: the ceiling.
  package static let voc7CrossEntropy = Row(
    "voc7/ce", "Cross-entropy (labels)", .voc7, .voc7(.crossEntropy, maps: 1))

  /// A reward for each pixel: right or wrong.
  package static let voc7Pixel = Row("voc7/pixel", "RSS, pixel-level", .voc7, .voc7(.pixelReward, maps: 1))

  /// Ours: pixel-level reward weighted by the inverse of the action's probability.
  package static let voc7PixelPropensity = Row(
    "voc7/pixel-propensity", "RSS, pixel-level, propensity weights", .voc7,
    .voc7(.pixelReward, maps: 2).withPropensityWeights)

  /// One reward for each map, given to all its pixels, two maps an image.
  package static let voc7ImageNaive = Row(
    "voc7/image-naive", "RSS, image-level, naive", .voc7, .voc7(.imageReward, maps: 2).with(\.advantage, .naive))

  /// One reward for each map, pairs compared where they differ.
  package static let voc7Image = Row(
    "voc7/image", "RSS, image-level, PSD", .voc7, .voc7(.imageReward, maps: 64))

  /// Ours: PSD with what the other pixels explain taken out of each reward, normalised per image.
  package static let voc7ImageRegression = Row(
    "voc7/image-regression", "RSS, image-level, PSD with regression", .voc7,
    .voc7(.imageReward, maps: 64).with(\.advantage, .regression).with(\.syncAN, .image))
}

extension DataSource {
  /// VOC 2012's folder, with the classes of the map `voc7`.
  fileprivate static let voc7: DataSource = {
    var source = DataSource.folder("voc7")
    (source.folder, source.remap) = ("voc2012", "voc7")
    return source
  }()
}

extension Recipe {
  /// What every row here has: MobileNetV2 with ImageNet's weights and DeepLabV3+, 600 steps of batch 16 with augmentation.
  fileprivate static func voc7(_ objective: Objective, maps: Int) -> Recipe {
    var recipe = Recipe(
      objective: objective, maps: maps, networkWidth: 12, steps: 600, imageHeight: 128, imageWidth: 128)
    recipe.augmentation = .standard
    recipe.network = EncoderDecoder(.mobilenetV2, .deeplabV3Plus)
    recipe.fineTuning = FineTuning(weights: "imagenet", encoderRate: 0.3)
    recipe.learningRate = 1e-3
    recipe.evaluations = 5
    return recipe
  }
}
