import Tensors

/// Which encoder and decoder a network has: what a recipe names and a checkpoint must agree on.
public struct EncoderDecoder: Codable, Sendable, Equatable {
  /// What turns an image into features. Of each there are ImageNet weights.
  public enum EncoderKind: String, Codable, Sendable, CaseIterable {
    /// He et al. 2016, names as in torchvision.
    case resnet18, resnet34, resnet50, resnet101
    /// Sandler et al. 2018, names as in torchvision.
    case mobilenetV2
    /// timm's `tf_efficientnet_lite0`.
    case efficientnetLite0
    /// Liu et al. 2022, names as in timm.
    case convnextTiny

    func make(in builder: NetworkBuilder, outputStride: Int) -> any Encoder {
      let dilation = Dilation(outputStride: outputStride)
      return switch self {
      case .resnet18: ResNet(in: builder, .resnet18, dilation: dilation)
      case .resnet34: ResNet(in: builder, .resnet34, dilation: dilation)
      case .resnet50: ResNet(in: builder, .resnet50, dilation: dilation)
      case .resnet101: ResNet(in: builder, .resnet101, dilation: dilation)
      case .mobilenetV2: MobileNetV2(in: builder, dilation: dilation)
      case .efficientnetLite0: EfficientNetLite0(in: builder, dilation: dilation)
      case .convnextTiny: ConvNeXt(in: builder, dilation: dilation)
      }
    }
  }

  /// What turns features into logits; names as in smp.
  public enum DecoderKind: String, Codable, Sendable, CaseIterable {
    /// Ronneberger et al. 2015, on five levels.
    case unet
    /// Chen et al. 2018.
    case deeplabV3Plus
    /// Kirillov et al. 2019.
    case fpn

    /// What it is used with, where nothing else is said.
    public var usualOutputStride: Int { self == .deeplabV3Plus ? 16 : 32 }
    /// What it can be used with.
    public var outputStrides: [Int] { self == .fpn ? [32] : [8, 16, 32] }
  }

  /// What turns an image into features.
  public var encoder: EncoderKind
  /// What turns features into logits.
  public var decoder: DecoderKind
  /// Pixels of the image from one place of the coarsest features to the next: 8, 16 or 32.
  public var outputStride: Int
  /// Whether DeepLabV3+'s dilated convolutions are depthwise and 1x1 ones.
  public var separable: Bool

  /// With the decoder's usual output stride, where none is given.
  public init(
    _ encoder: EncoderKind, _ decoder: DecoderKind = .unet, outputStride: Int? = nil, separable: Bool = true
  ) {
    (self.encoder, self.decoder, self.separable) = (encoder, decoder, separable)
    self.outputStride = outputStride ?? decoder.usualOutputStride
  }

  /// Whether such a network exists.
  public var isPossible: Bool { decoder.outputStrides.contains(outputStride) }
}

/// An encoder and a decoder that were made for one another.
final class EncoderDecoderNetwork: SegmentationNetwork {
  private let encoder: any Encoder
  private let decoder: any Decoder
  private let classes: Int
  let parameters: [Parameter]
  let statistics: [NormalizationStatistics]
  let sizeMultiple: Int
  private let stepOperationsPerPixel: Double

  init(_ parts: EncoderDecoder, classes: Int, in builder: NetworkBuilder) {
    precondition((1...255).contains(classes), "a network has 1 to 255 classes")
    precondition(parts.isPossible, "no \(parts.decoder) of output stride \(parts.outputStride)")
    encoder = parts.encoder.make(in: builder, outputStride: parts.outputStride)
    decoder =
      switch parts.decoder {
      case .unet: UNetDecoder(in: builder, levels: encoder.levels, classes: classes)
      case .deeplabV3Plus:
        DeepLabV3Plus(in: builder, levels: encoder.levels, classes: classes, separable: parts.separable)
      case .fpn: FPN(in: builder, levels: encoder.levels, classes: classes)
      }
    (parameters, statistics, self.classes) = (builder.parameters, builder.statistics, classes)
    sizeMultiple = parts.outputStride
    stepOperationsPerPixel = builder.stepOperationsPerPixel
  }

  func logits(_ images: Variable, on tape: Tape) -> Variable {
    decoder(encoder(images, on: tape), height: images.shape[1], width: images.shape[2], on: tape)
  }

  func keepConstant(class k: Int, logit: Float) {
    precondition((0..<classes).contains(k), "a class of the network")
    let row = decoder.head.weight.value.count / classes
    decoder.head.weight.update { weight in for i in k * row..<(k + 1) * row { weight[i] = 0 } }
    decoder.head.bias?.update { $0[k] = logit }
  }

  func stepOperations(batch: Int, height: Int, width: Int) -> Double {
    stepOperationsPerPixel * Double(batch * height * width)
  }
}
