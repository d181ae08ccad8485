import Tensors

/// A feature pyramid network for segmentation (Kirillov et al. 2019), as in smp and with its names: 1x1 convolutions bring the
/// four coarser levels to 256 channels, each is added to the enlarged one above, and 3x3 convolutions with group
/// normalisation and enlargement bring all to a quarter of the image's size, where they are summed.
///
/// smp's dropout behind the sum is left out.
struct FPN: Decoder {
  private let lateral: [ConvolutionLayer]
  /// From the coarsest level to the finest.
  private let branches: [[GroupUnit]]
  let head: ConvolutionLayer

  init(in builder: NetworkBuilder, levels: [EncoderLevel], classes: Int) {
    let (pyramid, channels) = (256, 128)
    let coarseFirst = levels.dropFirst().reversed().map { $0 }
    lateral = coarseFirst.enumerated().map { i, level in
      let name = i == 0 ? "decoder.p5" : "decoder.p\(5 - i).skip_conv"
      builder.note(channels: pyramid, stride: level.stride)
      return ConvolutionLayer(
        in: builder, name, from: level.channels, to: pyramid, bias: true, stride: level.stride)
    }
    branches = coarseFirst.enumerated().map { i, level in
      (0..<max(1, 3 - i)).map { j in
        GroupUnit(
          in: builder, "decoder.seg_blocks.\(i).block.\(j).block", from: j == 0 ? pyramid : channels, to: channels,
          enlarges: i < 3, stride: level.stride >> j)
      }
    }
    head = ConvolutionLayer(
      in: builder, "segmentation_head.0", from: channels, to: classes, bias: true, stride: 4)
  }

  func callAsFunction(_ features: [Variable?], height: Int, width: Int, on tape: Tape) -> Variable {
    var sum: Variable?
    var above: Variable?
    for (i, feature) in features.dropFirst().reversed().enumerated() {
      var level = lateral[i](required(feature), on: tape)
      if let above {
        level = tape.addition(
          tape.nearestResizing(above, height: level.shape[1], width: level.shape[2]), level)
      }
      above = level
      let branch = branches[i].reduce(level) { $1($0, on: tape) }
      sum = sum.map { tape.addition($0, branch) } ?? branch
    }
    return tape.cornerAlignedResizing(head(required(sum), on: tape), height: height, width: width)
  }
}

/// 3x3 convolution, group normalisation with ReLU, twice the size.
private struct GroupUnit {
  private let convolution: ConvolutionLayer
  private let scale: Parameter
  private let shift: Parameter
  private let enlarges: Bool

  init(in builder: NetworkBuilder, _ name: String, from input: Int, to output: Int, enlarges: Bool, stride: Int) {
    convolution = ConvolutionLayer(
      in: builder, "\(name).0", from: input, to: output, kernel: 3, .symmetric(kernel: 3), stride: stride)
    scale = builder.vector("\(name).1.weight", output, filledWith: 1)
    shift = builder.vector("\(name).1.bias", output)
    builder.note(channels: output, stride: stride)
    if enlarges { builder.note(channels: output, stride: max(1, stride / 2)) }
    self.enlarges = enlarges
  }

  func callAsFunction(_ input: Variable, on tape: Tape) -> Variable {
    let x = tape.groupNormalization(
      convolution(input, on: tape), groups: 32, scale: tape.variable(scale), shift: tape.variable(shift))
    return enlarges ? tape.cornerAlignedResizing(x, height: 2 * x.shape[1], width: 2 * x.shape[2]) : x
  }
}
