/// A split whose samples are all in memory: generated scenes, and small data made by a program.
///
/// Reading a sample costs nothing: the arrays are shared, not copied.
public struct InMemoryDataset: LabelledDataset {
  /// As the protocol says.
  public let name: String
  /// As the protocol says.
  public let classes: [String]
  /// As the protocol says.
  public let channels: Int
  /// What was given, or a hash of every class name, pixel and label.
  public let fingerprint: String
  private let samples: [Sample]
  private let identifierPrefix: String

  /// - Parameters:
  ///   - identifierPrefix: sample 17 is called `<prefix>-17`.
  ///   - fingerprint: what identifies the data; `nil` hashes every class name, pixel and label.
  /// - Precondition: at least one sample, and every image has as many channels as the first.
  public init(
    name: String, classes: [String], samples: [Sample], identifierPrefix: String = "sample", fingerprint: String? = nil
  ) {
    precondition(!samples.isEmpty, "a data set needs at least one sample")
    let channels = samples[0].image.channels
    precondition(samples.allSatisfy { $0.image.channels == channels }, "images with different numbers of channels")
    self.name = name
    self.classes = classes
    self.channels = channels
    self.samples = samples
    self.identifierPrefix = identifierPrefix
    self.fingerprint = fingerprint ?? Self.fingerprint(of: samples, classes: classes)
  }

  /// As the protocol says.
  public var count: Int { samples.count }

  /// As the protocol says.
  public func sample(at index: Int) throws -> Sample { samples[index] }

  /// As the protocol says.
  public func identifier(at index: Int) -> String { "\(identifierPrefix)-\(index)" }

  private static func fingerprint(of samples: [Sample], classes: [String]) -> String {
    var hash = Fingerprint()
    for name in classes { hash.add(name) }
    for sample in samples {
      hash.add(UInt64(sample.image.width))
      hash.add(UInt64(sample.image.height))
      hash.add(UInt64(sample.image.channels))
      sample.image.values.withUnsafeBytes { hash.add($0) }
      hash.add(sample.labels.classes)
    }
    return hash.hexadecimal
  }
}
