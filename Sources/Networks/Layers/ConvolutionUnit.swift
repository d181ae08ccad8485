import Tensors

/// A convolution without bias, batch normalisation, and an activation: `[N, H, W, I]` -> `[N, H / stride, W / stride, O]`.
///
/// The two have names of their own, since every library calls them otherwise.
struct ConvolutionUnit {
  private let convolution: ConvolutionLayer
  private let normalization: BatchNormalizationLayer
  private let activation: Activation

  /// - Parameters:
  ///   - names: of the convolution, then of its normalisation: `("conv1", "bn1")`.
  ///   - stride: of the result, in pixels of the image.
  init(
    in builder: NetworkBuilder, _ names: (String, String), from input: Int, to output: Int, kernel: Int,
    _ geometry: ConvolutionGeometry = .init(), stride: Int, epsilon: Float = 1e-5, activation: Activation = .relu
  ) {
    convolution = ConvolutionLayer(
      in: builder, names.0, from: input, to: output, kernel: kernel, geometry, stride: stride)
    normalization = BatchNormalizationLayer(in: builder, names.1, channels: output, stride: stride, epsilon: epsilon)
    self.activation = activation
  }

  /// - Parameter residual: is added before the activation.
  func callAsFunction(_ input: Variable, addedTo residual: Variable? = nil, on tape: Tape) -> Variable {
    normalization(convolution(input, on: tape), addedTo: residual, activation: activation, on: tape)
  }
}

/// A convolution with its weight and, where it has one, its bias.
struct ConvolutionLayer {
  let weight: Parameter
  let bias: Parameter?
  let geometry: ConvolutionGeometry

  init(
    in builder: NetworkBuilder, _ name: String, from input: Int, to output: Int, kernel: Int = 1,
    _ geometry: ConvolutionGeometry = .init(), bias: Bool = false, stride: Int
  ) {
    weight = builder.weight("\(name).weight", [output, input / geometry.groups, kernel, kernel], stride: stride)
    self.bias = bias ? builder.vector("\(name).bias", output) : nil
    self.geometry = geometry
  }

  func callAsFunction(_ input: Variable, on tape: Tape) -> Variable {
    tape.convolution(input, weight: tape.variable(weight), bias: bias.map { tape.variable($0) }, geometry)
  }
}

/// Batch normalisation with its scale, shift and statistics.
struct BatchNormalizationLayer {
  private let scale: Parameter
  private let shift: Parameter
  private let statistics: NormalizationStatistics
  private let epsilon: Float

  init(in builder: NetworkBuilder, _ name: String, channels: Int, stride: Int, epsilon: Float = 1e-5) {
    scale = builder.vector("\(name).weight", channels, filledWith: 1)
    shift = builder.vector("\(name).bias", channels)
    statistics = builder.statistics(name, channels: channels)
    builder.note(channels: channels, stride: stride)
    self.epsilon = epsilon
  }

  func callAsFunction(
    _ input: Variable, addedTo residual: Variable? = nil, activation: Activation = .relu, on tape: Tape
  ) -> Variable {
    tape.batchNormalization(
      input, scale: tape.variable(scale), shift: tape.variable(shift), statistics: statistics, residual: residual,
      activation: activation, epsilon: epsilon)
  }
}

extension ConvolutionGeometry {
  /// An odd kernel that keeps the size, or halves an even one, with as many zeros before as after: PyTorch's habit.
  static func symmetric(kernel: Int, stride: Int = 1, dilation: Int = 1, groups: Int = 1) -> ConvolutionGeometry {
    ConvolutionGeometry(stride: stride, padding: .init(kernel / 2 * dilation), dilation: dilation, groups: groups)
  }

  /// TensorFlow's SAME padding: of an even length that is halved, one zero less before than after.
  static func same(kernel: Int, stride: Int = 1, dilation: Int = 1, groups: Int = 1) -> ConvolutionGeometry {
    guard stride == 2 else { return symmetric(kernel: kernel, stride: stride, dilation: dilation, groups: groups) }
    let total = kernel - 2
    let before = total / 2
    return ConvolutionGeometry(
      stride: 2, padding: .init(top: before, left: before, bottom: total - before, right: total - before),
      groups: groups)
  }
}
