import Randomness
import Tensors

/// Says which classes an image shows: the U-Net's encoder, a mean over all places, a linear layer (as Zhou et al. 2016).
///
///     z_c = b_c + sum over k of w_c,k mean over p of A_p,k,    A = encoder(x)
///
/// The encoder's output stride can be less than the U-Net's 8: class activation maps have its resolution.
public final class Classifier: Network {
  /// What a checkpoint must agree on.
  public struct Configuration: Codable, Sendable, Equatable {
    /// Those that can be.
    public static let outputStrides = Encoder.outputStrides

    /// Of the images: 1 (grey) or 3 (RGB).
    public var channels: Int
    /// Channels of the first layer.
    public var width: Int
    /// Classes that an image can show; the background isn't one of them.
    public var outputs: Int
    /// Pixels from one place of the features to the next: 1, 2, 4 or 8.
    public var outputStride: Int

    /// - Precondition: the output stride is one of `outputStrides`.
    public init(channels: Int, width: Int, outputs: Int, outputStride: Int) {
      precondition(channels >= 1 && width >= 1 && (1...255).contains(outputs), "a network has channels and outputs")
      (self.channels, self.width, self.outputs, self.outputStride) = (channels, width, outputs, outputStride)
    }

    /// Name and shape of every tensor of the network's state, without making it.
    public var tensorShapes: [String: [Int]] {
      var shapes = Encoder.tensorShapes(channels: channels, width: width)
      shapes["head.weight"] = [outputs, 8 * width, 1, 1]
      shapes["head.bias"] = [outputs]
      return shapes
    }
  }

  /// What a checkpoint must agree on.
  public let configuration: Configuration
  private let encoder: Encoder
  private let headWeight: Parameter
  private let headBias: Parameter

  /// He-initialised from the seed: the same seed gives the same weights.
  public init(_ configuration: Configuration, seed: UInt64) {
    self.configuration = configuration
    var random = RandomStream(seed: seed, purpose: .initialization)
    encoder = Encoder(
      channels: configuration.channels, width: configuration.width, outputStride: configuration.outputStride,
      random: &random)
    headWeight = .heNormal(
      name: "head.weight", shape: [configuration.outputs, 8 * configuration.width, 1, 1], random: &random)
    headBias = Parameter(name: "head.bias", value: Tensor(zeros: [configuration.outputs]), decays: false)
  }

  /// As the protocol says.
  public var sizeMultiple: Int { configuration.outputStride }

  /// The last features: `[N, H, W, channels]` -> `[N, H / stride, W / stride, 8 width]`, none negative.
  public func features(_ images: Variable, on tape: Tape) -> Variable { encoder(images, on: tape)[3] }

  /// From features to logits: `[N, h, w, 8 width]` -> `[N, 1, 1, outputs]`.
  public func head(_ features: Variable, on tape: Tape) -> Variable {
    tape.convolution(
      tape.globalAveragePooling(features), weight: tape.variable(headWeight), bias: tape.variable(headBias))
  }

  /// `[N, H, W, channels]` -> `[N, 1, 1, outputs]`.
  public func logits(_ images: Variable, on tape: Tape) -> Variable { head(features(images, on: tape), on: tape) }

  /// w, `[outputs, 8 width]`: what each feature says for each class.
  public var classWeights: Tensor {
    headWeight.value.reshaped(to: [configuration.outputs, 8 * configuration.width])
  }

  /// As the protocol says.
  public var parameters: [Parameter] { encoder.blocks.flatMap(\.parameters) + [headWeight, headBias] }
  /// As the protocol says.
  public var statistics: [NormalizationStatistics] { encoder.blocks.map(\.statistics) }
}
