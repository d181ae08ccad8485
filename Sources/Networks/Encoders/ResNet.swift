import Tensors

/// ResNet (He et al. 2016), version 1.5 as in torchvision: a bottleneck halves with its 3x3 convolution.
///
///     7x7 /2 | 3x3 max /2, stage 1 | stage 2 | stage 3 | stage 4
///
/// Names are torchvision's. An output stride of 16 or 8 dilates every kernel of the last stages, as smp does it.
struct ResNet: Encoder {
  /// Blocks of each stage, and whether they are bottlenecks (1x1, 3x3, 1x1 with four times the channels).
  struct Plan {
    let blocks: [Int]
    let bottleneck: Bool

    static let resnet18 = Plan(blocks: [2, 2, 2, 2], bottleneck: false)
    static let resnet34 = Plan(blocks: [3, 4, 6, 3], bottleneck: false)
    static let resnet50 = Plan(blocks: [3, 4, 6, 3], bottleneck: true)
    static let resnet101 = Plan(blocks: [3, 4, 23, 3], bottleneck: true)
  }

  let levels: [EncoderLevel]
  private let stem: ConvolutionUnit
  private let stages: [[ResidualBlock]]

  init(in builder: NetworkBuilder, _ plan: Plan, dilation: Dilation) {
    stem = ConvolutionUnit(
      in: builder, ("encoder.conv1", "encoder.bn1"), from: 3, to: 64, kernel: 7, .symmetric(kernel: 7, stride: 2),
      stride: 2)
    builder.note(channels: 64, stride: 4)
    var levels = [EncoderLevel(channels: 64, stride: 2)]
    var channels = 64
    stages = plan.blocks.enumerated().map { stage, count in
      let (nominal, width) = (4 << stage, 64 << stage)
      let output = plan.bottleneck ? 4 * width : width
      let blocks = (0..<count).map { block in
        defer { channels = output }
        return ResidualBlock(
          in: builder, "encoder.layer\(stage + 1).\(block)", from: channels, width: width, to: output,
          entry: block == 0 && stage > 0 ? dilation.entry(nominal) : 1, taps: dilation.taps(nominal),
          stride: dilation.stride(nominal), bottleneck: plan.bottleneck)
      }
      levels.append(EncoderLevel(channels: output, stride: dilation.stride(nominal)))
      return blocks
    }
    self.levels = levels
  }

  func callAsFunction(_ images: Variable, on tape: Tape) -> [Variable?] {
    var features = [stem(images, on: tape)]
    var x = tape.maxPooling(features[0], kernel: 3, stride: 2, padding: 1)
    for stage in stages {
      for block in stage { x = block(x, on: tape) }
      features.append(x)
    }
    return features
  }
}

/// max(0, branch(x) + shortcut(x))
private struct ResidualBlock {
  private let branch: [ConvolutionUnit]
  private let last: ConvolutionUnit
  private let shortcut: ConvolutionUnit?

  /// - Parameters:
  ///   - entry: 2 where the block halves.
  ///   - taps: the dilation of its 3x3 kernels.
  ///   - stride: of its result, in pixels of the image.
  init(
    in builder: NetworkBuilder, _ name: String, from input: Int, width: Int, to output: Int, entry: Int, taps: Int,
    stride: Int, bottleneck: Bool
  ) {
    func unit(
      _ number: Int, from input: Int, to output: Int, kernel: Int, entry: Int = 1, stride: Int,
      activation: Activation = .relu
    ) -> ConvolutionUnit {
      ConvolutionUnit(
        in: builder, ("\(name).conv\(number)", "\(name).bn\(number)"), from: input, to: output, kernel: kernel,
        .symmetric(kernel: kernel, stride: entry, dilation: kernel > 1 ? taps : 1), stride: stride,
        activation: activation)
    }
    if bottleneck {
      branch = [
        unit(1, from: input, to: width, kernel: 1, stride: stride / entry),
        unit(2, from: width, to: width, kernel: 3, entry: entry, stride: stride),
      ]
      last = unit(3, from: width, to: output, kernel: 1, stride: stride)
    } else {
      branch = [unit(1, from: input, to: width, kernel: 3, entry: entry, stride: stride)]
      last = unit(2, from: width, to: output, kernel: 3, stride: stride)
    }
    shortcut =
      input == output && entry == 1
      ? nil
      : ConvolutionUnit(
        in: builder, ("\(name).downsample.0", "\(name).downsample.1"), from: input, to: output, kernel: 1,
        .init(stride: entry), stride: stride, activation: .none)
  }

  func callAsFunction(_ input: Variable, on tape: Tape) -> Variable {
    let kept = shortcut?(input, on: tape) ?? input
    return last(branch.reduce(input) { $1($0, on: tape) }, addedTo: kept, on: tape)
  }
}
