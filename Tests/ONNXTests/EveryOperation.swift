import Networks
import Tensors

/// A network that goes through every operation of the tape, each in its less simple form: asymmetric padding, dilation,
/// groups, strides, overlapping windows, ceilings, a weight used twice, one pixel that becomes an image.
final class EveryOperation: Network {
  let sizeMultiple = 4
  private(set) var parameters: [Parameter] = []
  private(set) var statistics: [NormalizationStatistics] = []

  private func parameter(_ name: String, _ shape: [Int], in range: ClosedRange<Float> = -0.5...0.5) -> Parameter {
    let scalars = randomScalars(shape.reduce(1, *), seed: UInt64(parameters.count), in: range)
    let parameter = Parameter(name: name, value: Tensor(scalars, shape: shape), decays: false)
    parameters.append(parameter)
    return parameter
  }

  private lazy var stem = parameter("stem.weight", [6, 3, 3, 3])
  private lazy var stemBias = parameter("stem.bias", [6])
  private lazy var scale = parameter("norm.weight", [6], in: 0.5...1.5)
  private lazy var shift = parameter("norm.bias", [6], in: 0.1...1)
  private lazy var depthwise = parameter("depthwise.weight", [6, 1, 3, 3])
  private lazy var grouped = parameter("grouped.kernel", [4, 3, 1, 3])
  private lazy var pointwise = parameter("pointwise.weight", [6, 6, 1, 1])
  private lazy var linear = parameter("linear.weight", [6, 6])
  private lazy var head = parameter("logits.weight", [5, 32, 1, 1])

  init() {
    _ = [stem, stemBias, scale, shift, depthwise, grouped, pointwise, linear, head]
    statistics = ["norm", "other", "third"].map { NormalizationStatistics(name: $0, channels: 6) }
  }

  func logits(_ images: Variable, on tape: Tape) -> Variable {
    let (height, width) = (images.shape[1], images.shape[2])
    let (scale, shift) = (tape.variable(scale), tape.variable(shift))
    func normalised(
      _ x: Variable, _ i: Int, _ activation: Activation, epsilon: Float = 1e-3, residual: Variable? = nil
    ) -> Variable {
      tape.batchNormalization(
        x, scale: scale, shift: shift, statistics: statistics[i], residual: residual, activation: activation,
        epsilon: epsilon)
    }
    let half = tape.convolution(
      images, weight: tape.variable(stem), bias: tape.variable(stemBias),
      ConvolutionGeometry(stride: 2, padding: .init(top: 0, left: 1, bottom: 1, right: 0)))
    let first = normalised(half, 0, .relu, epsilon: 1e-5)
    let dilated = tape.convolution(
      first, weight: tape.variable(depthwise), ConvolutionGeometry(padding: .init(2), dilation: 2, groups: 6))
    let second = tape.relu6(tape.addition(normalised(dilated, 1, .none), first))
    let third = normalised(second, 2, .relu6, residual: dilated)
    let twice = tape.convolution(
      tape.convolution(third, weight: tape.variable(pointwise)), weight: tape.variable(pointwise))
    let quarter = tape.addition(
      tape.maxPooling(twice, kernel: 3, stride: 2, padding: 1),
      tape.averagePooling(twice, kernel: 3, stride: 2, padding: 1))
    let narrow = tape.convolution(
      quarter, weight: tape.variable(grouped),
      ConvolutionGeometry(padding: .init(top: 0, left: 1, bottom: 0, right: 1), groups: 2))
    let pixel = tape.globalAveragePooling(tape.relu(quarter))
    let layer = tape.gelu(
      tape.layerNormalization(
        tape.convolution(quarter, weight: tape.variable(linear)), scale: scale, shift: shift, epsilon: 1e-2))
    let group = tape.groupNormalization(half, groups: 3, scale: scale, shift: shift)
    let scaled = tape.scaled(layer, by: shift, addedTo: quarter)
    let wide = tape.nearestResizing(narrow, height: height / 2, width: width)
    return tape.convolution(
      tape.concatenation([
        tape.bilinearResizing(wide, height: height, width: width),
        tape.bilinearResizing(scaled, height: height, width: width),
        tape.cornerAlignedResizing(group, height: height, width: width),
        tape.broadcast(pixel, height: height, width: width),
        tape.cornerAlignedResizing(
          tape.bilinearResizing(pixel, height: height / 4, width: width / 4), height: height, width: width),
        tape.nearestResizing(tape.globalAveragePooling(narrow), height: height, width: width),
      ]), weight: tape.variable(head))
  }
}

/// A network of one closure, for what can't be written down.
final class ClosureNetwork: Network {
  let parameters: [Parameter]
  let statistics: [NormalizationStatistics] = []
  let sizeMultiple = 8
  private let function: (Variable, Tape) -> Variable

  init(_ parameters: [Parameter] = [], _ function: @escaping (Variable, Tape) -> Variable) {
    (self.parameters, self.function) = (parameters, function)
  }

  func logits(_ images: Variable, on tape: Tape) -> Variable { function(images, tape) }
}
