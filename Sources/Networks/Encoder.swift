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
    blocks = Self.plan(channels: channels, width: width).enumerated().map { i, plan in
      // Blocks 1, 3 and 5 enter a level.
      let stride = i % 2 == 1 && outputStride >= 1 << ((i + 1) / 2) ? 2 : 1
      return ConvolutionBlock(name: "encoder.\(i)", from: plan.input, to: plan.output, stride: stride, random: &random)
    }
  }

  /// Channels into and out of each block.
  private static func plan(channels: Int, width w: Int) -> [(input: Int, output: Int)] {
    [(channels, w), (w, 2 * w), (2 * w, 2 * w), (2 * w, 4 * w), (4 * w, 4 * w), (4 * w, 8 * w), (8 * w, 8 * w)]
  }

  /// What `init` makes, by name, without making it.
  static func tensorShapes(channels: Int, width: Int) -> [String: [Int]] {
    plan(channels: channels, width: width).enumerated().reduce(into: [:]) { shapes, block in
      shapes.merge(
        ConvolutionBlock.tensorShapes(
          name: "encoder.\(block.offset)", from: block.element.input, to: block.element.output)
      ) { first, _ in first }
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
