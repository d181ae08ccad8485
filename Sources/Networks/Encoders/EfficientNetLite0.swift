import Tensors

/// EfficientNet-Lite0 (Tan and Le 2019, without squeeze and excitation), timm's `tf_efficientnet_lite0`: TensorFlow's SAME
/// padding and an epsilon of 1e-3. Names are timm's; the 1x1 convolution in front of its classifier isn't part of it. In a
/// dilated stage the first block keeps the dilation of the stage before, as in timm.
struct EfficientNetLite0: Encoder {
  static let epsilon: Float = 1e-3

  let levels: [EncoderLevel]
  private let stem: ConvolutionUnit
  private let stages: [[InvertedResidual]]
  /// Levels end with these stages, counted from 0.
  private static let ends = [0, 1, 2, 4, 6]

  /// Kernel, factor, channels, blocks and stride of each stage.
  private static let table = [
    (3, 1, 16, 1, 1), (3, 6, 24, 2, 2), (5, 6, 40, 2, 2), (3, 6, 80, 3, 2), (5, 6, 112, 3, 1), (5, 6, 192, 4, 2),
    (3, 6, 320, 1, 1),
  ]

  init(in builder: NetworkBuilder, dilation: Dilation) {
    stem = ConvolutionUnit(
      in: builder, ("encoder.conv_stem", "encoder.bn1"), from: 3, to: 32, kernel: 3, .same(kernel: 3, stride: 2),
      stride: 2, epsilon: Self.epsilon, activation: .relu6)
    var (channels, nominal, taps) = (32, 2, 1)
    stages = Self.table.enumerated().map { stage, row in
      let (kernel, factor, output, count, stride) = row
      if stride == 2 { nominal *= 2 }
      return (0..<count).map { i in
        let name = "encoder.blocks.\(stage).\(i)"
        let names =
          factor == 1
          ? [("\(name).conv_dw", "\(name).bn1"), ("\(name).conv_pw", "\(name).bn2")]
          : [
            ("\(name).conv_pw", "\(name).bn1"), ("\(name).conv_dw", "\(name).bn2"), ("\(name).conv_pwl", "\(name).bn3"),
          ]
        let entry = i == 0 && stride == 2 ? dilation.entry(nominal) : 1
        let (before, input) = (taps, channels)
        (taps, channels) = (dilation.taps(nominal), output)
        return InvertedResidual(
          in: builder, names, from: input, to: output, factor: factor, kernel: kernel,
          .same(kernel: kernel, stride: entry, dilation: i == 0 ? before : taps, groups: input * factor),
          stride: dilation.stride(nominal), epsilon: Self.epsilon, adds: !(i == 0 && stride == 2) && input == output)
      }
    }
    levels = zip([16, 24, 40, 112, 320], [2, 4, 8, 16, 32]).map { .init(channels: $0, stride: dilation.stride($1)) }
  }

  func callAsFunction(_ images: Variable, on tape: Tape) -> [Variable?] {
    var (x, features) = (stem(images, on: tape), [Variable]())
    for (i, stage) in stages.enumerated() {
      for block in stage { x = block(x, on: tape) }
      if Self.ends.contains(i) { features.append(x) }
    }
    return features
  }
}
