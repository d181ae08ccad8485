import Tensors

/// DeepLabV3+ (Chen et al. 2018), as in smp and with its names: atrous spatial pyramid pooling on the last level, enlarged
/// and put beside 48 channels of the level of a quarter of the size.
///
/// The rates follow the output stride: 6, 12 and 18 pixels of the features at 16, as in the paper, twice that at 8, half at
/// 32. (smp takes 12, 24 and 36 at both of its output strides; its weights fit, its maps are those of output stride 8.)
/// smp's dropout behind the pyramid is left out.
struct DeepLabV3Plus: Decoder {
  private let pyramid: AtrousPyramid
  private let behind: SeparableUnit
  private let skip: ConvolutionUnit
  private let joined: SeparableUnit
  let head: ConvolutionLayer
  /// Which of the encoder's levels has a quarter of the image's size.
  private static let fine = 1

  /// - Parameter separable: whether the pyramid's 3x3 convolutions are depthwise and 1x1 ones.
  init(in builder: NetworkBuilder, levels: [EncoderLevel], classes: Int, separable: Bool) {
    let (coarse, fine) = (levels[levels.count - 1], levels[Self.fine])
    let channels = 256
    pyramid = AtrousPyramid(in: builder, from: coarse, to: channels, separable: separable)
    behind = SeparableUnit(
      in: builder, ("decoder.aspp.1", "decoder.aspp.2"), from: channels, to: channels, stride: coarse.stride)
    skip = ConvolutionUnit(
      in: builder, ("decoder.block1.0", "decoder.block1.1"), from: fine.channels, to: 48, kernel: 1,
      stride: fine.stride)
    builder.note(channels: 2 * channels + 48, stride: fine.stride)
    joined = SeparableUnit(
      in: builder, ("decoder.block2.0", "decoder.block2.1"), from: channels + 48, to: channels, stride: fine.stride)
    head = ConvolutionLayer(
      in: builder, "segmentation_head.0", from: channels, to: classes, bias: true, stride: fine.stride)
  }

  func callAsFunction(_ features: [Variable?], height: Int, width: Int, on tape: Tape) -> Variable {
    let fine = skip(required(features[Self.fine]), on: tape)
    let context = behind(pyramid(required(features[features.count - 1]), on: tape), on: tape)
    let enlarged = tape.cornerAlignedResizing(context, height: fine.shape[1], width: fine.shape[2])
    let logits = head(joined(tape.concatenation([enlarged, fine]), on: tape), on: tape)
    return tape.cornerAlignedResizing(logits, height: height, width: width)
  }
}

/// Atrous spatial pyramid pooling (Chen et al. 2017): one 1x1 unit, three 3x3 ones with growing dilation and the image's
/// mean, put together by a 1x1 unit.
private struct AtrousPyramid {
  private let plain: ConvolutionUnit
  private let dilated: [SeparableUnit]
  private let mean: ConvolutionUnit
  private let project: ConvolutionUnit

  init(in builder: NetworkBuilder, from level: EncoderLevel, to channels: Int, separable: Bool) {
    let (name, stride) = ("decoder.aspp.0", level.stride)
    func unit(_ convolution: String, _ normalization: String, from input: Int, stride: Int) -> ConvolutionUnit {
      ConvolutionUnit(
        in: builder, ("\(name).\(convolution)", "\(name).\(normalization)"), from: input, to: channels, kernel: 1,
        stride: stride)
    }
    plain = unit("convs.0.0", "convs.0.1", from: level.channels, stride: stride)
    dilated = (1...3).map { i in
      SeparableUnit(
        in: builder, ("\(name).convs.\(i).0", "\(name).convs.\(i).1"), from: level.channels, to: channels,
        dilation: max(1, i * 6 * 16 / stride), stride: stride, separable: separable)
    }
    mean = unit("convs.4.1", "convs.4.2", from: level.channels, stride: 1 << 15)
    builder.note(channels: 6 * channels, stride: stride)
    project = unit("project.0", "project.1", from: 5 * channels, stride: stride)
  }

  func callAsFunction(_ input: Variable, on tape: Tape) -> Variable {
    let pooled = tape.broadcast(
      mean(tape.globalAveragePooling(input), on: tape), height: input.shape[1], width: input.shape[2])
    let branches = [plain(input, on: tape)] + dilated.map { $0(input, on: tape) } + [pooled]
    return project(tape.concatenation(branches), on: tape)
  }
}

/// A 3x3 unit whose convolution is depthwise and then 1x1, or dense.
private struct SeparableUnit {
  private let depthwise: ConvolutionLayer?
  private let unit: ConvolutionUnit

  init(
    in builder: NetworkBuilder, _ names: (String, String), from input: Int, to output: Int, dilation: Int = 1,
    stride: Int, separable: Bool = true
  ) {
    if separable {
      depthwise = ConvolutionLayer(
        in: builder, "\(names.0).0", from: input, to: input, kernel: 3,
        .symmetric(kernel: 3, dilation: dilation, groups: input), stride: stride)
      unit = ConvolutionUnit(
        in: builder, ("\(names.0).1", names.1), from: input, to: output, kernel: 1, stride: stride)
    } else {
      depthwise = nil
      unit = ConvolutionUnit(
        in: builder, names, from: input, to: output, kernel: 3, .symmetric(kernel: 3, dilation: dilation),
        stride: stride)
    }
  }

  func callAsFunction(_ input: Variable, on tape: Tape) -> Variable {
    unit(depthwise?(input, on: tape) ?? input, on: tape)
  }
}
