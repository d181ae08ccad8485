import Networks
import Tensors
import Training
import WeakSupervision

extension Recipe {
  /// What `--set` changes of every row.
  package static let settings: [Setting<Recipe>] = [
    .choice("objective", \.objective),
    .number("maps", \.maps),
    .choice("score", \.score),
    .choice("advantage", \.advantage),
    .choice("syncAN", \.syncAN),
    .choice("pairDivision", \.pairDivision),
    .schedule("scales", \.scales),
    .schedule("regions", \.regions),
    .number("propensityFloor", \.propensityFloor),
    .number("exploration", \.exploration),
    .number("entropyBonus", \.entropyBonus),
    Setting("encoder", takes: EncoderDecoder.EncoderKind.choices, read: EncoderDecoder.EncoderKind.read) {
      $0.setEncoder($1)
    },
    .network(
      "decoder", takes: choices(of: EncoderDecoder.DecoderKind.self), read: { EncoderDecoder.DecoderKind(rawValue: $0) }
    ) {
      // An output stride of one's own stays.
      if $0.outputStride == $0.decoder.usualOutputStride { $0.outputStride = $1.usualOutputStride }
      $0.decoder = $1
    },
    .network("outputStride", takes: "8, 16 or 32", read: { Int($0) }) { $0.outputStride = $1 },
    .network("separable", takes: "true or false", read: { Bool($0) }) { $0.separable = $1 },
    .number("networkWidth", \.networkWidth),
    .tuning("weights", takes: weightsTaken, read: weights) { $0.weights = $1 },
    .tuning("encoderRate", takes: "a factor of the learning rate", read: { Float($0) }) { $0.encoderRate = $1 },
    .tuning("freeze", takes: choices(of: FineTuning.Frozen.self), read: { FineTuning.Frozen(rawValue: $0) }) {
      $0.freeze = $1
    },
    .tuning(
      "batchNormalization", takes: choices(of: FineTuning.Statistics.self),
      read: { FineTuning.Statistics(rawValue: $0) }
    ) { $0.batchNormalization = $1 },
    .number("steps", \.steps),
    .number("batchSize", \.batchSize),
    Setting("shardSize", takes: "a number of images, or none", read: shardSize) { $0.setShardSize($1) },
    .shards("shardNormalization", Shards.Normalization.self) { $0.normalization = $1 },
    .shards("reduction", Reduction.self) { $0.reduction = $1 },
    Setting("size", takes: "WIDTHxHEIGHT or one number for both", read: size) {
      ($0.imageWidth, $0.imageHeight) = $1
    },
    .choice("augmentation", \.augmentation),
    .choice("optimizer", \.optimizer),
    .number("learningRate", \.learningRate),
    .choice("schedule", \.schedule),
    .number("warmup", \.warmup),
    .number("weightDecay", \.weightDecay),
    .number("momentum", \.momentum),
    .number("clip", \.clip),
    .number("evaluations", \.evaluations),
    .choice("evaluateOn", \.evaluateOn),
  ]

  /// What else is known of the network stays: another encoder keeps the row's decoder.
  private mutating func setEncoder(_ encoder: EncoderDecoder.EncoderKind?) {
    guard let encoder else { return network = nil }
    if network == nil { network = EncoderDecoder(encoder) }
    network?.encoder = encoder
  }

  private mutating func setShardSize(_ size: Int?) {
    guard let size else { return shards = nil }
    if shards == nil { shards = Shards(size: size) }
    shards?.size = size
  }

  /// The inner nil is none.
  @Sendable private static func shardSize(_ text: String) -> Int?? {
    text == "none" ? .some(nil) : Int(text).map { .some($0) }
  }

  @Sendable private static func size(_ text: String) -> (width: Int, height: Int)? {
    let lengths = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(lengths.count), let width = lengths[0] else { return nil }
    guard let height = lengths.count == 2 ? lengths[1] : width else { return nil }
    return (width, height)
  }
}

private let weightsTaken = "imagenet, a safetensors file, or none"

/// The inner nil is none.
@Sendable private func weights(_ text: String) -> String?? { .some(text == "none" ? nil : text) }

private func choices<Value: RawRepresentable & CaseIterable>(of _: Value.Type) -> String
where Value.RawValue == String { "one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))" }

extension EncoderDecoder.EncoderKind {
  fileprivate static let choices = "small, or \(Rows.choices(of: Self.self))"

  /// The inner nil is the small U-Net's.
  @Sendable fileprivate static func read(_ text: String) -> Self?? {
    text == "small" ? .some(nil) : Self(rawValue: text).map { .some($0) }
  }
}

extension WeakRecipe {
  /// What it changes of rows that make labels from tags.
  package static let settings: [Setting<WeakRecipe>] =
    [
      .choice("seeds", \.seeds),
      .choice("refinement") { $0.refine(by: $1) },
      Setting(
        "classifierEncoder", takes: EncoderDecoder.EncoderKind.choices, read: EncoderDecoder.EncoderKind.read
      ) {
        $0.classifierEncoder = $1
        // An output stride that the encoder has, too, stays.
        if !Classifier.Configuration.outputStrides(of: $1).contains($0.outputStride) {
          $0.outputStride = $1 == nil ? 4 : 16
        }
      },
      Setting("classifierWeights", takes: weightsTaken, read: weights) { $0.classifierWeights = $1 },
      .number("classifierWidth", \.classifierWidth),
      .number("classifierSteps", \.classifierSteps),
      .number("classifierLearningRate", \.classifierLearningRate),
      .number(
        "classifierOutputStride", \.outputStride, takes: "1, 2, 4 or 8; 8, 16 or 32 with classifierEncoder"),
      .list("scales", \.scales, takes: "factors with commas between, as in 0.5,1,2"),
      .flag("mirrored", \.mirrored),
      Setting("threshold", takes: "a number from 0 to 1, or tuned", read: threshold) { $0.threshold = $1 },
    ]
    + Setting.part(
      \.crf, where: "a dense CRF refines",
      [
        .number("crfSmoothness", \.smoothnessWeight), .number("crfAppearance", \.appearanceWeight),
        .number("crfPosition", \.appearancePosition), .number("crfColour", \.appearanceColour),
        .number("crfIterations", \.iterations),
      ])
    + Setting.part(
      \.pamr, where: "PAMR refines",
      [
        .list("dilations", \.dilations, takes: "pixels with commas between, as in 1,2,4"),
        .number("iterations", \.iterations),
      ])
    + Setting.part(
      \.affinity, where: "an affinity walk refines",
      [
        .number("affinityStride", \.stride), .number("affinitySteps", \.steps), .number("certain", \.certain),
        .number("possible", \.possible), .number("walkBeta", \.walk.beta), .number("walkLogSteps", \.walk.logSteps),
      ])

  /// The inner nil is a threshold that the tuning split chooses.
  @Sendable private static func threshold(_ text: String) -> Float?? {
    text == "tuned" ? .some(nil) : Float(text).map { .some($0) }
  }
}

extension OneStageRecipe {
  /// What it changes of rows that learn from tags in one stage.
  package static let settings: [Setting<OneStageRecipe>] = [
    .number("focalPower", \.focalPower),
    .number("focalFloor", \.focalFloor),
    .number("tagsAlone", \.tagsAlone),
    .number("confidence", \.confidence),
    .number("backgroundConfidence", \.backgroundConfidence),
    .number("leastConfidence", \.leastConfidence),
    .number("maskWeight", \.maskWeight),
    .list("dilations", \.refinement.dilations, takes: "pixels with commas between, as in 1,2,4"),
    .number("iterations", \.refinement.iterations),
  ]
}

extension Setting where Root == Recipe {
  /// A part of a network that has an encoder.
  static func network<Value>(
    _ key: String, takes: String, read: @escaping @Sendable (String) -> Value?,
    set: @escaping @Sendable (inout EncoderDecoder, Value) -> Void
  ) -> Setting {
    Setting(key, takes: "\(takes), behind encoder=…") { recipe, text in
      guard let value = read(text), var network = recipe.network else { return false }
      set(&network, value)
      recipe.network = network
      return true
    }
  }

  /// How shards are computed; a batch that isn't cut yet is cut into eighths.
  static func shards<Value: RawRepresentable & CaseIterable & SendableMetatype>(
    _ key: String, _: Value.Type, set: @escaping @Sendable (inout Shards, Value) -> Void
  ) -> Setting where Value.RawValue == String {
    .choice(key) { recipe, value in
      var shards = recipe.shards ?? Shards(ofBatch: recipe.batchSize)
      set(&shards, value)
      recipe.shards = shards
    }
  }

  /// A part of fine-tuning, which is there once one of its settings is.
  static func tuning<Value>(
    _ key: String, takes: String, read: @escaping @Sendable (String) -> Value?,
    set: @escaping @Sendable (inout FineTuning, Value) -> Void
  ) -> Setting {
    Setting(key, takes: takes, read: read) { recipe, value in
      var tuning = recipe.fineTuning ?? FineTuning()
      set(&tuning, value)
      recipe.fineTuning = tuning == FineTuning() ? nil : tuning
    }
  }
}
