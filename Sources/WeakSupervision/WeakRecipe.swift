import Networks
import Support
import Training

/// How pseudo labels are made from tags, as `run.json` keeps it and `--set` changes it. What isn't said here (batch
/// size, image size, optimizer, schedule) is the run's `Recipe`'s.
public struct WeakRecipe: Codable, Sendable, Equatable {
  /// How seeds become labels.
  public enum RefinementKind: String, Codable, Sendable, CaseIterable {
    /// The seeds are the labels.
    case none
    /// A dense CRF on the seeds.
    case crf
    /// Pixel-adaptive mask refinement.
    case pamr
    /// PSA: a random walk on affinities that a network learns from the confident seeds.
    case affinityWalk
  }

  /// How a classifier's features become maps of a class.
  public var seeds: SeedMethod
  /// What is done to seeds before they become labels.
  public var refinement: RefinementKind
  /// Settings of what `refinement` needs; nil where it doesn't.
  public var crf: DenseCRF?
  /// The same for `.pamr`.
  public var pamr: PAMR?
  /// The same for `.affinityWalk`.
  public var affinity: AffinityRecipe?
  /// The classifier's encoder; nil is the small U-Net's.
  public var classifierEncoder: EncoderDecoder.EncoderKind?
  /// What the classifier's encoder starts from, as `FineTuning.weights` says; nil starts anew.
  public var classifierWeights: String?
  /// Channels of the small encoder's first layer; no other encoder has it.
  public var classifierWidth: Int
  /// Steps of the classifier's training.
  public var classifierSteps: Int
  /// The highest learning rate of the classifier's schedule.
  public var classifierLearningRate: Float
  /// Pixels from one place of the maps to the next: 1, 2, 4 or 8; 8, 16 or 32 with an encoder.
  public var outputStride: Int
  /// Image sizes that a seed is averaged over, as factors.
  public var scales: [Float]
  /// Averages over the mirrored image, too.
  public var mirrored: Bool
  /// Score of the background; nil chooses the best on the tuning split, by its pixel labels.
  public var threshold: Float?
  /// Nil: the row's recipe learns from the pseudo labels. Else this recipe does, and the row's goes on from there.
  public var start: Recipe?

  /// Without settings of a refinement, without a threshold and a start.
  public init(
    seeds: SeedMethod, refinement: RefinementKind = .none, classifierWidth: Int, classifierSteps: Int,
    classifierLearningRate: Float, outputStride: Int, scales: [Float], mirrored: Bool
  ) {
    (self.seeds, self.refinement, self.classifierWidth) = (seeds, refinement, classifierWidth)
    (self.classifierSteps, self.classifierLearningRate) = (classifierSteps, classifierLearningRate)
    (self.outputStride, self.scales, self.mirrored) = (outputStride, scales, mirrored)
  }

  /// The classifier's recipe in a run of the given one, from which it takes batch size, image size, augmentation and
  /// optimizer; rewards and evaluations have no part in it, so rows that differ in these have equal ones.
  public func classifierRecipe(within recipe: Recipe) -> Recipe {
    var own = Recipe(
      objective: .crossEntropy, networkWidth: classifierWidth, steps: classifierSteps, imageHeight: recipe.imageHeight,
      imageWidth: recipe.imageWidth)
    (own.batchSize, own.augmentation, own.shards) = (recipe.batchSize, recipe.augmentation, recipe.shards)
    (own.optimizer, own.learningRate) = (recipe.optimizer, classifierLearningRate)
    (own.schedule, own.warmup) = (recipe.schedule, recipe.warmup)
    (own.weightDecay, own.momentum, own.clip) = (recipe.weightDecay, recipe.momentum, recipe.clip)
    own.network = classifierEncoder.map { EncoderDecoder($0) }
    own.fineTuning = classifierWeights.map { FineTuning(weights: $0) }
    return own
  }

  /// - Throws: `InputError` that names the setting which can't be.
  public func validate() throws {
    try requireSetting(
      "classifierWidth", (1...1024).contains(classifierWidth), found: "\(classifierWidth)", expected: "1 to 1024")
    try requireSetting(
      "classifierSteps", (1...Int(Int32.max)).contains(classifierSteps), found: "\(classifierSteps)",
      expected: "1 to 2^31 - 1")
    try requireSetting(
      "classifierLearningRate", classifierLearningRate > 0 && classifierLearningRate.isFinite,
      found: "\(classifierLearningRate)", expected: "a number above 0")
    let strides = Classifier.Configuration.outputStrides(of: classifierEncoder)
    try requireSetting(
      "classifierOutputStride", strides.contains(outputStride), found: "\(outputStride)",
      expected: "one of \(strides.map(String.init).joined(separator: ", ")), which the classifier's encoder has")
    // Four times an image of 8192 pixels is as large as PNG and JPEG readers go.
    try requireSetting(
      "scales", !scales.isEmpty && scales.allSatisfy { (0.1...4).contains($0) },
      found: scales.map { "\($0)" }.joined(separator: ","), expected: "at least one factor, each from 0.1 to 4")
    if let threshold {
      try requireSetting("threshold", (0...1).contains(threshold), found: "\(threshold)", expected: "0 to 1")
    }
    try crf?.validate()
    try pamr?.validate()
    try affinity?.validate()
  }
}
