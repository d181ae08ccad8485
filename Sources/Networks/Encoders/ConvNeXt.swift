import Tensors

/// ConvNeXt-Tiny (Liu et al. 2022): 7x7 depthwise convolutions, layer normalisation, GELU, layer scale. Names are timm's; the
/// normalisation in front of its classifier isn't part of it. It has no level of half the size. In a dilated stage the
/// entering convolution keeps the dilation of the stage before, as in timm.
struct ConvNeXt: Encoder {
  let levels: [EncoderLevel]
  private let stem: (ConvolutionLayer, LayerNormalizationLayer)
  private let stages: [Stage]

  private struct Stage {
    let entry: (LayerNormalizationLayer, ConvolutionLayer)?
    let blocks: [ConvNeXtBlock]
  }

  init(in builder: NetworkBuilder, dilation: Dilation) {
    stem = (
      ConvolutionLayer(
        in: builder, "encoder.stem.0", from: 3, to: 96, kernel: 4, .init(stride: 4), bias: true, stride: 4),
      LayerNormalizationLayer(in: builder, "encoder.stem.1", channels: 96, stride: 4)
    )
    stages = [3, 3, 9, 3].enumerated().map { stage, count in
      let (name, nominal, channels) = ("encoder.stages.\(stage)", 4 << stage, 96 << stage)
      let entry =
        stage == 0
        ? nil
        : (
          LayerNormalizationLayer(
            in: builder, "\(name).downsample.0", channels: channels / 2, stride: dilation.stride(nominal / 2)),
          ConvolutionLayer(
            in: builder, "\(name).downsample.1", from: channels / 2, to: channels, kernel: 2,
            Self.entry(nominal, dilation), bias: true, stride: dilation.stride(nominal))
        )
      return Stage(
        entry: entry,
        blocks: (0..<count).map {
          ConvNeXtBlock(
            in: builder, "\(name).blocks.\($0)", channels: channels, taps: dilation.taps(nominal),
            stride: dilation.stride(nominal))
        })
    }
    levels = zip([0, 96, 192, 384, 768], [2, 4, 8, 16, 32]).map { .init(channels: $0, stride: dilation.stride($1)) }
  }

  /// Of the 2x2 convolution that enters a stage: where it no longer halves, one zero behind keeps the size, and around where
  /// its own taps are two apart.
  private static func entry(_ nominal: Int, _ dilation: Dilation) -> ConvolutionGeometry {
    if dilation.entry(nominal) == 2 { return .init(stride: 2) }
    let taps = dilation.taps(nominal / 2)
    return taps == 1
      ? .init(padding: .init(top: 0, left: 0, bottom: 1, right: 1)) : .init(padding: .init(taps / 2), dilation: taps)
  }

  func callAsFunction(_ images: Variable, on tape: Tape) -> [Variable?] {
    var x = stem.1(stem.0(images, on: tape), on: tape)
    var features: [Variable?] = [nil]
    for stage in stages {
      if let (normalization, convolution) = stage.entry { x = convolution(normalization(x, on: tape), on: tape) }
      for block in stage.blocks { x = block(x, on: tape) }
      features.append(x)
    }
    return features
  }
}

/// x + gamma (W2 GELU(W1 LN(depthwise 7x7 (x))))
private struct ConvNeXtBlock {
  private let depthwise: ConvolutionLayer
  private let normalization: LayerNormalizationLayer
  private let expand: LinearLayer
  private let contract: LinearLayer
  private let gamma: Parameter

  init(in builder: NetworkBuilder, _ name: String, channels: Int, taps: Int, stride: Int) {
    // The first weight of a layer scale, as in timm.
    gamma = builder.vector("\(name).gamma", channels, filledWith: 1e-6)
    depthwise = ConvolutionLayer(
      in: builder, "\(name).conv_dw", from: channels, to: channels, kernel: 7,
      .symmetric(kernel: 7, dilation: taps, groups: channels), bias: true, stride: stride)
    normalization = LayerNormalizationLayer(in: builder, "\(name).norm", channels: channels, stride: stride)
    expand = LinearLayer(in: builder, "\(name).mlp.fc1", from: channels, to: 4 * channels, stride: stride)
    builder.note(channels: 4 * channels, stride: stride)
    contract = LinearLayer(in: builder, "\(name).mlp.fc2", from: 4 * channels, to: channels, stride: stride)
    builder.note(channels: channels, stride: stride)
  }

  func callAsFunction(_ input: Variable, on tape: Tape) -> Variable {
    let mixed = normalization(depthwise(input, on: tape), on: tape)
    let branch = contract(tape.gelu(expand(mixed, on: tape)), on: tape)
    return tape.scaled(branch, by: tape.variable(gamma), addedTo: input)
  }
}

/// A linear layer over each pixel's channels, its weight `[O, I]`.
private struct LinearLayer {
  private let weight: Parameter
  private let bias: Parameter

  init(in builder: NetworkBuilder, _ name: String, from input: Int, to output: Int, stride: Int) {
    weight = builder.weight("\(name).weight", [output, input], stride: stride)
    bias = builder.vector("\(name).bias", output)
  }

  func callAsFunction(_ input: Variable, on tape: Tape) -> Variable {
    tape.convolution(input, weight: tape.variable(weight), bias: tape.variable(bias))
  }
}

/// Layer normalisation over each pixel's channels, with an epsilon of 1e-6.
struct LayerNormalizationLayer {
  private let scale: Parameter
  private let shift: Parameter

  init(in builder: NetworkBuilder, _ name: String, channels: Int, stride: Int) {
    scale = builder.vector("\(name).weight", channels, filledWith: 1)
    shift = builder.vector("\(name).bias", channels)
    builder.note(channels: channels, stride: stride)
  }

  func callAsFunction(_ input: Variable, on tape: Tape) -> Variable {
    tape.layerNormalization(input, scale: tape.variable(scale), shift: tape.variable(shift))
  }
}
