import Datasets
import Foundation
import Networks
import Support

/// A trained classifier and what it takes to ask it where a class is: `classifier.safetensors`.
public struct ClassifierCheckpoint {
  /// Kept as JSON under `rss-classifier` in the file's metadata.
  public struct Description: Codable, Sendable, Equatable {
    /// Of this format; a reader refuses others.
    public var version = 1
    /// The classifier's shape.
    public var network: Classifier.Configuration
    /// Names of the classifier's outputs: every class but the background.
    public var classes: [String]
    /// What its images are normalised by.
    public var normalization: Normalization
    /// The row whose run wrote it.
    public var row: String
    /// The seed of that run.
    public var seed: UInt64

    /// Of these parts.
    public init(
      network: Classifier.Configuration, classes: [String], normalization: Normalization, row: String, seed: UInt64
    ) {
      (self.network, self.classes, self.normalization) = (network, classes, normalization)
      (self.row, self.seed) = (row, seed)
    }
  }

  /// All but the weights.
  public let description: Description
  /// The network.
  public let classifier: Classifier
  package static let key = "rss-classifier"

  /// Of these parts.
  public init(description: Description, classifier: Classifier) {
    (self.description, self.classifier) = (description, classifier)
  }

  /// Writes all or nothing; equal networks and descriptions give equal bytes.
  public func write(to path: String) throws {
    let text = String(decoding: try CanonicalJSON.encode(description, of: path), as: UTF8.self)
    try Safetensors(tensors: classifier.state, metadata: [Self.key: text]).write(to: path)
  }

  /// - Throws: `InputError` that names the file: not safetensors, no description of a classifier, another version, a
  ///   tensor that is missing or has another shape.
  public init(contentsOf path: String) throws {
    let file = try SafetensorsFile(path)
    func wrong(_ found: String, _ expected: String) -> InputError {
      InputError(
        path, found: found, expected: expected,
        advice: "Name the classifier.safetensors of a weakly supervised run, such as fashion32/cam's.")
    }
    guard let text = file.metadata[Self.key] else {
      throw wrong("no description of a classifier in its metadata", "a classifier written by rss train")
    }
    guard let description = try? JSONDecoder().decode(Description.self, from: Data(text.utf8)),
      description.version == 1
    else { throw wrong("a description that can't be read", "a classifier written by this version") }
    let c = description.network
    guard c.isPossible, description.classes.count == c.outputs, description.normalization.mean.count == c.channels
    else {
      throw wrong(
        "a classifier of impossible size",
        "1 or 3 channels, 1 to 1024 wide or an encoder, with a name for each of up to 255 outputs, an output stride of its own"
      )
    }
    // Before the network is made: a wrong width in a small file would ask for gigabytes.
    try file.require(c.tensorShapes)
    let tensors = try Safetensors(file).tensors
    self.description = description
    classifier = Classifier(c, seed: 0)
    try classifier.load(tensors, from: path)
  }
}
