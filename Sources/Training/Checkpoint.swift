import Datasets
import Foundation
import Networks
import Support

/// A trained network and what it takes to use it on an image: a safetensors file whose metadata holds the rest.
public struct Checkpoint {
  /// Kept as JSON under `rss` in the file's metadata.
  public struct Description: Codable, Sendable, Equatable {
    /// Of this format; a reader refuses others.
    public var version = 1
    /// Which network.
    public var network: Architecture
    /// The K class names.
    public var classes: [String]
    /// What its images are normalised by.
    public var normalization: Normalization
    /// The row whose run wrote it.
    public var row: String
    /// The seed of that run.
    public var seed: UInt64
    /// How many steps it was trained.
    public var steps: Int
    /// The class that is background; nil where there is none.
    public var backgroundClass: Int?

    /// Of these parts.
    public init(
      network: Architecture, classes: [String], normalization: Normalization, row: String, seed: UInt64,
      steps: Int, backgroundClass: Int?
    ) {
      (self.network, self.classes, self.normalization) = (network, classes, normalization)
      (self.row, self.seed, self.steps, self.backgroundClass) = (row, seed, steps, backgroundClass)
    }
  }

  /// All but the weights.
  public let description: Description
  /// Which network.
  public let network: any SegmentationNetwork

  /// Of these parts.
  public init(description: Description, network: any SegmentationNetwork) {
    (self.description, self.network) = (description, network)
  }

  /// Writes all or nothing; equal networks and descriptions give equal bytes.
  public func write(to path: String) throws {
    let text = String(decoding: try CanonicalJSON.encode(description, of: path), as: UTF8.self)
    try Safetensors(tensors: network.state, metadata: ["rss": text]).write(to: path)
  }

  /// - Throws: `InputError` that names the file: not safetensors, no description of ours, another version, a tensor
  ///   that is missing or has another shape; and for one of somebody else's network, which only `init(contentsOf:into:)`
  ///   reads.
  public init(contentsOf path: String) throws { try self.init(contentsOf: path, network: nil) }

  /// Of a network of your own.
  ///
  /// - Parameter network: gets the checkpoint's weights.
  /// - Throws: as above.
  public init(contentsOf path: String, into network: any SegmentationNetwork) throws {
    try self.init(contentsOf: path, network: network)
  }

  private init(contentsOf path: String, network own: (any SegmentationNetwork)?) throws {
    let file = try SafetensorsFile(path)
    func wrong(_ found: String, _ expected: String) -> InputError {
      InputError(
        path, found: found, expected: expected, advice: "Name the checkpoint.safetensors of a run of this program.")
    }
    guard let text = file.metadata["rss"] else {
      throw wrong("no description of the network in its metadata", "a checkpoint written by rss train")
    }
    let description: Description
    do {
      description = try JSONDecoder().decode(Description.self, from: Data(text.utf8))
    } catch {
      throw wrong("a description that can't be read", "a checkpoint written by this version")
    }
    guard description.version == 1 else { throw wrong("format version \(description.version)", "version 1") }
    let c = description.network
    guard c.isPossible, description.classes.count == c.classes, description.normalization.mean.count == c.channels
    else {
      throw wrong(
        "a network of impossible size",
        "1 or 3 channels, 1 to 1024 wide or an encoder and a decoder, with a name for each of up to 255 classes")
    }
    guard own != nil || c.custom == nil else {
      throw wrong(
        "a network called \(printable(c.custom ?? ""))", "one of this library's; its author's program can read it")
    }
    // Before the network is made: a wrong width in a small file would ask for gigabytes.
    try file.require(own?.state.mapValues(\.shape) ?? c.tensorShapes)
    let tensors = try Safetensors(file).tensors
    self.description = description
    network = own ?? c.network(seed: 0)
    try network.load(tensors, from: path)
  }
}
