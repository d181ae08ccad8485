import Tensors

/// The expanding half of a U-Net (Ronneberger et al. 2015) on an encoder's five levels, as in smp and with its names:
///
///     nearest resizing to the next finer level, behind it that level's features, two 3x3 units   256, 128, 64, 32, 16 channels
///     head 3x3 with bias
struct UNetDecoder: Decoder {
  private static let widths = [256, 128, 64, 32, 16]

  private let blocks: [(ConvolutionUnit, ConvolutionUnit)]
  /// Of each block's result, in pixels of the image.
  private let strides: [Int]
  let head: ConvolutionLayer

  init(in builder: NetworkBuilder, levels: [EncoderLevel], classes: Int) {
    let skips = levels.dropLast().reversed().map { $0 } + [EncoderLevel(channels: 0, stride: 1)]
    var channels = levels[levels.count - 1].channels
    blocks = zip(Self.widths, skips).enumerated().map { i, pair in
      let (width, skip) = pair
      let input = channels + skip.channels
      channels = width
      builder.note(channels: input, stride: skip.stride)
      func unit(_ number: Int, from input: Int) -> ConvolutionUnit {
        let name = "decoder.blocks.\(i).conv\(number)"
        return ConvolutionUnit(
          in: builder, ("\(name).0", "\(name).1"), from: input, to: width, kernel: 3, .symmetric(kernel: 3),
          stride: skip.stride)
      }
      return (unit(1, from: input), unit(2, from: width))
    }
    strides = skips.map(\.stride)
    head = ConvolutionLayer(
      in: builder, "segmentation_head.0", from: channels, to: classes, kernel: 3, .symmetric(kernel: 3), bias: true,
      stride: 1)
  }

  func callAsFunction(_ features: [Variable?], height: Int, width: Int, on tape: Tape) -> Variable {
    var x = required(features[features.count - 1])
    for (i, block) in blocks.enumerated() {
      let skip = i < features.count - 1 ? features[features.count - 2 - i] : nil
      if x.shape[1] != height / strides[i] || x.shape[2] != width / strides[i] {
        x = tape.nearestResizing(x, height: height / strides[i], width: width / strides[i])
      }
      if let skip { x = tape.concatenation([x, skip]) }
      x = block.1(block.0(x, on: tape), on: tape)
    }
    return head(x, on: tape)
  }
}
