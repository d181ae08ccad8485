import Tensors

/// Says which classes an image shows: an encoder, a mean over all places, a linear layer (as Zhou et al. 2016).
///
///     z_c = b_c + sum over k of w_c,k mean over p of A_p,k,    A = encoder(x)
///
/// The encoder's output stride can be less than usual: class activation maps have its resolution.
public final class Classifier: Network {
  /// What a checkpoint must agree on.
  public struct Configuration: Codable, Sendable, Equatable {
    /// Of the images: 1 (grey) or 3 (RGB). An encoder takes 3.
    public var channels: Int
    /// Channels of the small encoder's first layer; no other encoder has it.
    public var width: Int
    /// Classes that an image can show; the background isn't one of them.
    public var outputs: Int
    /// Pixels from one place of the features to the next: `outputStrides`.
    public var outputStride: Int
    /// Which encoder; nil is the small U-Net's.
    public var encoder: EncoderDecoder.EncoderKind?

    /// With the small U-Net's encoder.
    ///
    /// - Precondition: the output stride is one of `outputStrides`, once the network is made.
    public init(channels: Int, width: Int, outputs: Int, outputStride: Int) {
      (self.channels, self.width, self.outputs, self.outputStride) = (channels, width, outputs, outputStride)
    }

    /// With an encoder of RGB images.
    public init(_ encoder: EncoderDecoder.EncoderKind, outputs: Int, outputStride: Int) {
      self.init(channels: 3, width: 0, outputs: outputs, outputStride: outputStride)
      self.encoder = encoder
    }

    /// Output strides that an encoder can have; nil is the small U-Net's.
    public static func outputStrides(of encoder: EncoderDecoder.EncoderKind?) -> [Int] {
      encoder == nil ? SmallEncoder.outputStrides : [8, 16, 32]
    }

    /// Whether such a classifier can be made.
    public var isPossible: Bool {
      guard (1...255).contains(outputs), Self.outputStrides(of: encoder).contains(outputStride) else { return false }
      return encoder == nil ? [1, 3].contains(channels) && (1...1024).contains(width) : channels == 3 && width == 0
    }

    /// Name and shape of every tensor of the network's state, without making it.
    public var tensorShapes: [String: [Int]] { NetworkBuilder.shapes { _ = Classifier(self, in: $0) } }
  }

  /// What a checkpoint must agree on.
  public let configuration: Configuration
  /// As the protocol says.
  public let parameters: [Parameter]
  /// As the protocol says.
  public let statistics: [NormalizationStatistics]
  private let encode: (Variable, Tape) -> Variable
  private let linear: ConvolutionLayer

  /// He-initialised from the seed: the same seed gives the same weights.
  public convenience init(_ configuration: Configuration, seed: UInt64) {
    self.init(configuration, in: NetworkBuilder(seed: seed))
  }

  private init(_ configuration: Configuration, in builder: NetworkBuilder) {
    precondition(configuration.isPossible, "a classifier has channels, outputs and an output stride of its encoder")
    self.configuration = configuration
    let channels: Int
    if let kind = configuration.encoder {
      let encoder = kind.make(in: builder, outputStride: configuration.outputStride)
      encode = { images, tape in
        guard let last = encoder(images, on: tape).last ?? nil else {
          preconditionFailure("an encoder has a last level")
        }
        return last
      }
      channels = encoder.levels.last?.channels ?? 0
    } else {
      let encoder = SmallEncoder(
        in: builder, channels: configuration.channels, width: configuration.width,
        outputStride: configuration.outputStride)
      encode = { encoder($0, on: $1)[3] }
      channels = 8 * configuration.width
    }
    linear = ConvolutionLayer(
      in: builder, "head", from: channels, to: configuration.outputs, bias: true, stride: 1 << 15)
    (parameters, statistics) = (builder.parameters, builder.statistics)
  }

  /// As the protocol says.
  public var sizeMultiple: Int { configuration.outputStride }

  /// The last features, `[N, H / stride, W / stride, F]`: none negative behind the small encoder, a ResNet or MobileNetV2.
  public func features(_ images: Variable, on tape: Tape) -> Variable { encode(images, tape) }

  /// From features to logits: `[N, h, w, F]` -> `[N, 1, 1, outputs]`.
  public func head(_ features: Variable, on tape: Tape) -> Variable {
    linear(tape.globalAveragePooling(features), on: tape)
  }

  /// `[N, H, W, channels]` -> `[N, 1, 1, outputs]`.
  public func logits(_ images: Variable, on tape: Tape) -> Variable { head(features(images, on: tape), on: tape) }

  /// w, `[outputs, F]`: what each feature says for each class.
  public var classWeights: Tensor {
    linear.weight.value.reshaped(to: [configuration.outputs, linear.weight.value.count / configuration.outputs])
  }
}
