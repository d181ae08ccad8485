import Tensors

/// MobileNetV2 (Sandler et al. 2018): inverted residuals with linear bottlenecks. Names are torchvision's; the last level is
/// its last 1x1 convolution with 1280 channels, as in smp. An output stride of 16 or 8 dilates every depthwise kernel of the
/// last stages.
struct MobileNetV2: Encoder {
  let levels: [EncoderLevel]
  private let stem: ConvolutionUnit
  private let blocks: [InvertedResidual]
  private let last: ConvolutionUnit
  /// Levels end with these blocks, counted from 0.
  private static let ends = [0, 2, 5, 12]

  /// Factor, channels, blocks and stride of each row of the paper's table 2.
  private static let table = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
  ]

  init(in builder: NetworkBuilder, dilation: Dilation) {
    stem = ConvolutionUnit(
      in: builder, ("encoder.features.0.0", "encoder.features.0.1"), from: 3, to: 32, kernel: 3,
      .symmetric(kernel: 3, stride: 2), stride: 2, activation: .relu6)
    var (channels, nominal, blocks) = (32, 2, [InvertedResidual]())
    for (factor, output, count, stride) in Self.table {
      for i in 0..<count {
        let halves = i == 0 && stride == 2
        if halves { nominal *= 2 }
        let name = "encoder.features.\(blocks.count + 1).conv"
        let names =
          factor == 1
          ? [("\(name).0.0", "\(name).0.1"), ("\(name).1", "\(name).2")]
          : [("\(name).0.0", "\(name).0.1"), ("\(name).1.0", "\(name).1.1"), ("\(name).2", "\(name).3")]
        let entry = halves ? dilation.entry(nominal) : 1
        blocks.append(
          InvertedResidual(
            in: builder, names, from: channels, to: output, factor: factor, kernel: 3,
            .symmetric(kernel: 3, stride: entry, dilation: dilation.taps(nominal), groups: channels * factor),
            stride: dilation.stride(nominal), adds: !halves && channels == output))
        channels = output
      }
    }
    self.blocks = blocks
    last = ConvolutionUnit(
      in: builder, ("encoder.features.18.0", "encoder.features.18.1"), from: channels, to: 1280, kernel: 1,
      stride: dilation.stride(32), activation: .relu6)
    levels = zip([16, 24, 32, 96, 1280], [2, 4, 8, 16, 32]).map { .init(channels: $0, stride: dilation.stride($1)) }
  }

  func callAsFunction(_ images: Variable, on tape: Tape) -> [Variable?] {
    var (x, features) = (stem(images, on: tape), [Variable]())
    for (i, block) in blocks.enumerated() {
      x = block(x, on: tape)
      if Self.ends.contains(i) { features.append(x) }
    }
    return features + [last(x, on: tape)]
  }
}

/// 1x1 to more channels, a depthwise convolution, 1x1 to fewer without activation; the input is added where it fits.
struct InvertedResidual {
  private let units: [ConvolutionUnit]
  private let last: ConvolutionUnit
  private let adds: Bool

  /// - Parameters:
  ///   - names: of the convolutions and normalisations, without the first where the factor is 1.
  ///   - depthwise: of the convolution in the middle.
  ///   - stride: of the result, in pixels of the image.
  init(
    in builder: NetworkBuilder, _ names: [(String, String)], from input: Int, to output: Int, factor: Int, kernel: Int,
    _ depthwise: ConvolutionGeometry, stride: Int, epsilon: Float = 1e-5, adds: Bool
  ) {
    let width = input * factor
    var units: [ConvolutionUnit] = []
    if names.count == 3 {
      units.append(
        ConvolutionUnit(
          in: builder, names[0], from: input, to: width, kernel: 1, stride: stride / depthwise.stride,
          epsilon: epsilon, activation: .relu6))
    }
    units.append(
      ConvolutionUnit(
        in: builder, names[names.count - 2], from: width, to: width, kernel: kernel, depthwise, stride: stride,
        epsilon: epsilon, activation: .relu6))
    self.units = units
    last = ConvolutionUnit(
      in: builder, names[names.count - 1], from: width, to: output, kernel: 1, stride: stride, epsilon: epsilon,
      activation: .none)
    self.adds = adds
  }

  func callAsFunction(_ input: Variable, on tape: Tape) -> Variable {
    last(units.reduce(input) { $1($0, on: tape) }, addedTo: adds ? input : nil, on: tape)
  }
}
