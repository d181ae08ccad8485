import Randomness
import Tensors

/// The contracting half of the U-Net, which the classifier of the weakly supervised methods has, too:
///
///     in -> w | w -> 2w, 2w -> 2w | 2w -> 4w, 4w -> 4w | 4w -> 8w, 8w -> 8w
///
/// A level begins at each `|`. Its first convolution halves the image until the output stride is reached: all three do
/// for an output stride of 8, the U-Net's; for 4 the last level keeps the size, for 2 the last two do, for 1 none
/// halves.
final class Encoder {
  static let outputStrides = [1, 2, 4, 8]

  let blocks: [ConvolutionBlock]

  /// He-initialised; the random numbers don't depend on the output stride.
  init(channels: Int, width: Int, outputStride: Int, random: inout RandomStream) {
    precondition(Self.outputStrides.contains(outputStride), "an output stride of 1, 2, 4 or 8, not \(outputStride)")
    let w = width
    let strides = (1...3).map { outputStride >= 1 << $0 ? 2 : 1 }
    let plan = [
      (channels, w, 1), (w, 2 * w, strides[0]), (2 * w, 2 * w, 1), (2 * w, 4 * w, strides[1]), (4 * w, 4 * w, 1),
      (4 * w, 8 * w, strides[2]), (8 * w, 8 * w, 1),
    ]
    blocks = plan.enumerated().map { i, plan in
      ConvolutionBlock(name: "encoder.\(i)", from: plan.0, to: plan.1, stride: plan.2, random: &random)
    }
  }

  /// The features of the four levels, `[N, H / stride, W / stride, 1, 2, 4 or 8 w]`.
  func callAsFunction(_ images: Variable, on tape: Tape) -> [Variable] {
    var levels = [blocks[0](images, on: tape)]
    for level in 1...3 {
      let entered = blocks[2 * level - 1](levels[level - 1], on: tape)
      levels.append(blocks[2 * level](entered, on: tape))
    }
    return levels
  }
}
