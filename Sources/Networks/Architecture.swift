/// Which segmentation network: what a recipe asks for and a checkpoint must agree on. The one place that makes one.
public struct Architecture: Codable, Sendable, Equatable {
  /// Of the images: 1 (grey) or 3 (RGB).
  public var channels: Int
  /// Channels of the network's first layer, the w of `UNet`.
  public var width: Int
  /// Numbers that the network gives for each pixel.
  public var classes: Int

  /// - Precondition: at least one channel and one w, 1 to 255 classes, once the network is made.
  public init(channels: Int, width: Int, classes: Int) {
    (self.channels, self.width, self.classes) = (channels, width, classes)
  }

  /// The network with its first weights: the same seed gives the same.
  public func network(seed: UInt64) -> any SegmentationNetwork { UNet(configuration, seed: seed) }

  /// Name and shape of every tensor of its state, known without making the network.
  public var tensorShapes: [String: [Int]] { configuration.tensorShapes }

  /// Numbers in all parameters and statistics.
  package var parameterCount: Int { tensorShapes.values.reduce(0) { $0 + $1.reduce(1, *) } }

  /// Floats that a pass holds at once for each pixel of its images, to within a factor of two.
  ///
  /// - Parameter recording: whether it is one that learns, with its tape and its gradients.
  package func floatsPerPixel(recording: Bool) -> Int { configuration.floatsPerPixel(recording: recording) }

  private var configuration: UNet.Configuration { .init(channels: channels, width: width, classes: classes) }
}

/// A network that gives logits for each pixel.
public protocol SegmentationNetwork: Network {
  /// Makes one class's logit the same number everywhere: where it never gets a gradient, it stays so in training.
  func keepConstant(class k: Int, logit: Float)

  /// Floating-point operations of one training step's convolutions, for benchmarks.
  func stepOperations(batch: Int, height: Int, width: Int) -> Double
}
