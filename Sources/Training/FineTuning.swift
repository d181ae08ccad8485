import Datasets
import Foundation
import Networks
import Support

/// How training goes on from weights that were trained before, as `run.json` keeps it and `--set` changes it.
public struct FineTuning: Codable, Sendable, Equatable {
  /// What stays as it is.
  public enum Frozen: String, Codable, Sendable, CaseIterable {
    /// Nothing.
    case none
    /// The encoder's weights and statistics: parameters whose names begin with `encoder.`.
    case encoder
  }

  /// What the encoder normalises by while it is trained.
  public enum Statistics: String, Codable, Sendable, CaseIterable {
    /// Mean and variance of the batch.
    case batch
    /// The running statistics that came with its weights, which stay as they are: for small batches.
    case frozen
  }

  /// A safetensors file: weights of an encoder by their names in torchvision or timm, a whole network by its names in smp,
  /// or a checkpoint of ours. `imagenet` is the encoder's own, as `data-scripts/weights` fetches them. Nil starts anew.
  public var weights: String?
  /// Learning rate of the encoder, as a factor of that of the rest.
  public var encoderRate: Float
  /// What stays as it is.
  public var freeze: Frozen
  /// What the encoder normalises by.
  public var batchNormalization: Statistics

  /// Changes nothing, where nothing is said.
  public init(
    weights: String? = nil, encoderRate: Float = 1, freeze: Frozen = .none, batchNormalization: Statistics = .batch
  ) {
    (self.weights, self.encoderRate, self.freeze) = (weights, encoderRate, freeze)
    self.batchNormalization = batchNormalization
  }

  /// - Throws: `InputError` that names the setting which can't be.
  func validate() throws {
    try requireSetting(
      "encoderRate", encoderRate > 0 && encoderRate.isFinite, found: "\(encoderRate)",
      expected: "a factor above 0 (freeze=encoder leaves the encoder as it is)")
    try requireSetting(
      "batchNormalization", freeze == .none || batchNormalization == .batch, found: batchNormalization.rawValue,
      expected: "batch with freeze=encoder, whose statistics don't move anyway")
  }
}

extension Recipe {
  /// The file that training starts from; nil starts anew.
  ///
  /// - Parameter setting: what names it, for errors.
  /// - Throws: `InputError` where ImageNet's weights are asked for and aren't here, or no encoder has any.
  public func weightsFile(_ setting: String = "weights") throws -> String? {
    guard fineTuning?.weights == "imagenet" else { return fineTuning?.weights }
    guard let name = network?.encoder.rawValue else {
      throw InputError(
        "setting \(setting)", found: "imagenet", expected: "a file, or none: the small U-Net has no such weights",
        advice:
          "Choose an encoder by \(setting == "weights" ? "encoder" : "classifierEncoder")=…, or give \(setting)=none.")
    }
    let file = "\(ProcessInfo.processInfo.environment["RSS_DATA"] ?? "data")/weights/\(name).safetensors"
    guard FileManager.default.fileExists(atPath: file) else {
      throw InputError(
        file, found: "no such file", expected: "ImageNet weights of \(name)",
        advice: "Fetch them with data-scripts/weights \(name).")
    }
    return file
  }
}

extension Recipe {
  /// What can be wrong with a training on these images before it begins, for whoever has work to do before that.
  ///
  /// - Throws: `InputError` for a setting that can't be, too little memory, or weights that can't be read or don't fit.
  package func requireStart(on images: any ImageDataset) throws {
    try validate()
    let architecture = architecture(for: images)
    try requireMemory(of: architecture)
    if try weightsFile() != nil { _ = try architecture.network(seed: 0).start(by: self) }
  }
}

extension Network {
  /// Takes over the weights that a recipe names, and marks what stays as it is.
  ///
  /// - Parameter setting: what names the weights, for errors.
  /// - Returns: what of the network starts anew although there are weights, in words.
  /// - Throws: what the weights throw.
  package func start(by recipe: Recipe, setting: String = "weights") throws -> [String] {
    let notes = try recipe.weightsFile(setting).map { try StartingWeights(contentsOf: $0).load(into: self) } ?? []
    if let tuning = recipe.fineTuning { prepare(for: tuning) }
    return notes
  }

  /// Marks what stays as it is.
  private func prepare(for tuning: FineTuning) {
    guard tuning.freeze == .encoder || tuning.batchNormalization == .frozen else { return }
    for statistics in statistics where statistics.name.hasPrefix(encoderPrefix) { statistics.isFrozen = true }
    guard tuning.freeze == .encoder else { return }
    for parameter in parameters where parameter.name.hasPrefix(encoderPrefix) { parameter.isTrained = false }
  }
}

/// Names of an encoder's tensors begin with it, in every network.
let encoderPrefix = "encoder."

extension ImageDataset {
  /// What its images are normalised by: an encoder's own, or, for the small U-Net's (nil), measured on them.
  ///
  /// - Throws: what reading an image throws.
  package func normalization(for encoder: EncoderDecoder.EncoderKind?) throws -> Normalization {
    try encoder?.normalization ?? Normalization(measuring: self)
  }
}

extension EncoderDecoder.EncoderKind {
  /// What its ImageNet weights were trained with, for pixels in 0...1; used from scratch, too, so that a checkpoint means
  /// the same to every library.
  ///
  /// Source: torchvision and timm (mean and deviation of ImageNet); for EfficientNet-Lite0 TensorFlow's (v - 127) / 128.
  public var normalization: Normalization {
    switch self {
    case .efficientnetLite0:
      Normalization(
        mean: [Float](repeating: 127.0 / 255, count: 3), standardDeviation: [Float](repeating: 128.0 / 255, count: 3))
    default: Normalization(mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225])
    }
  }
}
