import Tensors

/// The contracting half of the small U-Net, which the classifier of the weakly supervised methods has, too:
///
///     in -> w | w -> 2w, 2w -> 2w | 2w -> 4w, 4w -> 4w | 4w -> 8w, 8w -> 8w
///
/// A level begins at each `|`. Its first convolution halves the image until the output stride is reached: all three do
/// for an output stride of 8, the U-Net's; for 4 the last level keeps the size, for 2 the last two do, for 1 none
/// halves.
struct SmallEncoder {
  static let outputStrides = [1, 2, 4, 8]

  private let blocks: [ConvolutionUnit]
  /// Pixels of the image from one place of a level to the next.
  let strides: [Int]

  /// He-initialised; the random numbers don't depend on the output stride.
  init(in builder: NetworkBuilder, channels: Int, width w: Int, outputStride: Int) {
    precondition(Self.outputStrides.contains(outputStride), "an output stride of 1, 2, 4 or 8, not \(outputStride)")
    let plan = [
      (channels, w), (w, 2 * w), (2 * w, 2 * w), (2 * w, 4 * w), (4 * w, 4 * w), (4 * w, 8 * w), (8 * w, 8 * w),
    ]
    blocks = plan.enumerated().map { i, plan in
      // Blocks 1, 3 and 5 enter a level.
      let halves = i % 2 == 1 && outputStride >= 1 << ((i + 1) / 2)
      return ConvolutionUnit(
        in: builder, small: "encoder.\(i)", from: plan.0, to: plan.1, halves: halves,
        stride: min(outputStride, 1 << ((i + 1) / 2)))
    }
    strides = (0...3).map { min(outputStride, 1 << $0) }
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

extension ConvolutionUnit {
  /// A 3x3 block of the small U-Net, with its names.
  init(
    in builder: NetworkBuilder, small name: String, from input: Int, to output: Int, halves: Bool = false, stride: Int
  ) {
    self.init(
      in: builder, ("\(name).convolution", "\(name).normalization"), from: input, to: output, kernel: 3,
      .init(stride: halves ? 2 : 1, padding: .init(1)), stride: stride)
  }
}
