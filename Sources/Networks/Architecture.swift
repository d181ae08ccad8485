/// Which segmentation network: what a recipe asks for and a checkpoint must agree on. The one place that makes one.
public struct Architecture: Codable, Sendable, Equatable {
  /// Of the images: 1 (grey) or 3 (RGB). An encoder takes 3.
  public var channels: Int
  /// Channels of the small U-Net's first layer, the w of `UNet`; no other network has it.
  public var width: Int
  /// Numbers that the network gives for each pixel.
  public var classes: Int
  /// Its parts; nil is the small U-Net.
  public var parts: EncoderDecoder?
  /// What a network that isn't one of these is called by whoever wrote it; nil is one of these.
  public var custom: String?

  /// The small U-Net.
  ///
  /// - Precondition: at least one channel and one w, 1 to 255 classes, once the network is made.
  public init(channels: Int, width: Int, classes: Int) {
    (self.channels, self.width, self.classes) = (channels, width, classes)
  }

  /// An encoder with a decoder, for RGB images.
  ///
  /// - Precondition: 1 to 255 classes and an output stride that the decoder has, once the network is made.
  public init(_ parts: EncoderDecoder, classes: Int) {
    (channels, width, self.classes, self.parts) = (3, 0, classes, parts)
  }

  /// A network of somebody else's, which this type can name and not make.
  public init(custom name: String, channels: Int, classes: Int) {
    (self.channels, width, self.classes, custom) = (channels, 0, classes, name)
  }

  /// Whether such a network can be.
  public var isPossible: Bool {
    guard (1...255).contains(classes) else { return false }
    guard custom == nil else { return [1, 3].contains(channels) && width == 0 && parts == nil }
    guard let parts else { return [1, 3].contains(channels) && (1...1024).contains(width) }
    return channels == 3 && width == 0 && parts.isPossible
  }

  /// The network with its first weights: the same seed gives the same.
  ///
  /// - Precondition: it isn't somebody else's.
  public func network(seed: UInt64) -> any SegmentationNetwork { network(in: NetworkBuilder(seed: seed)) }

  private func network(in builder: NetworkBuilder) -> any SegmentationNetwork {
    precondition(custom == nil, "only who wrote \(custom ?? "it") can make it")
    guard let parts else { return UNet(channels: channels, width: width, classes: classes, in: builder) }
    return EncoderDecoderNetwork(parts, classes: classes, in: builder)
  }

  /// Name and shape of every tensor of its state, known without making the network; of somebody else's nothing is.
  public var tensorShapes: [String: [Int]] {
    custom == nil ? NetworkBuilder.shapes { _ = network(in: $0) } : [:]
  }

  /// Numbers in all parameters and statistics.
  package var parameterCount: Int { tensorShapes.values.reduce(0) { $0 + $1.reduce(1, *) } }

  /// Height and width of an image must be multiples of this.
  public var sizeMultiple: Int { parts?.outputStride ?? UNet.multiple }

  /// Floats that a pass holds at once for each pixel of its images, to within a factor of two; of somebody else's network
  /// only images and logits are known.
  ///
  /// A tape keeps what each layer gave, and while it runs backward the gradients of the largest ones; without a tape there
  /// are the levels and the largest layers.
  ///
  /// - Parameter recording: whether it is one that learns, with its tape and its gradients.
  package func floatsPerPixel(recording: Bool) -> Int {
    guard custom == nil else { return channels + 3 * classes }
    guard parts != nil else {
      return UNet.floatsPerPixel(channels: channels, width: width, classes: classes, recording: recording)
    }
    let layers = NetworkBuilder.dryRun { _ = network(in: $0) }.layerFloats
    let largest = layers.max() ?? 0
    return channels + 2 * classes + Int((recording ? layers.reduce(0, +) + 2 * largest : 4 * largest).rounded(.up))
  }
}

/// A network that gives logits for each pixel.
public protocol SegmentationNetwork: Network {
  /// Makes one class's logit the same number everywhere: where it never gets a gradient, it stays so in training.
  func keepConstant(class k: Int, logit: Float)

  /// Floating-point operations of one training step's convolutions, for benchmarks.
  func stepOperations(batch: Int, height: Int, width: Int) -> Double
}

extension SegmentationNetwork {
  /// Not every network can: then it can't be trained in one stage.
  public func keepConstant(class k: Int, logit: Float) {
    preconditionFailure("this network has no way to keep a class's logit constant, which training in one stage needs")
  }

  /// Unknown.
  public func stepOperations(batch: Int, height: Int, width: Int) -> Double { 0 }
}
