import Randomness
import Tensors
import Testing

/// Numbers drawn uniformly from a range; the same for the same seed.
func randomTensor(_ shape: [Int], seed: UInt64, in range: ClosedRange<Float> = -1...1) -> Tensor {
  var stream = RandomStream(seed: seed, purpose: .scenes)
  return Tensor((0..<shape.reduce(1, *)).map { _ in stream.uniform(in: range) }, shape: shape)
}

/// Multiples of `gap` around zero in random order, none of them zero: no step below half a gap changes their order or
/// a sign, so neither the largest of a window nor what a ReLU lets through.
func spacedTensor(_ shape: [Int], seed: UInt64, gap: Float = 0.05) -> Tensor {
  var stream = RandomStream(seed: seed, purpose: .scenes)
  let count = shape.reduce(1, *)
  var values = (0..<count).map { (Float($0 - count / 2) + 0.5) * gap }
  stream.shuffle(&values)
  return Tensor(values, shape: shape)
}

/// Holds the tape's gradients of `operation` to central differences.
///
/// The loss is the sum of the output's scalars, each times a fixed random weight, in double precision. Differences of
/// width `step` = 1e-2 carry a rounding error of about 1e-7 / 1e-2 for each scalar of the output, and none of truncation
/// where the operation is linear; `tolerance` is relative to the largest entry of the gradient (or to 0.1 where that is
/// larger), and at 2e-3 a hundred times above the former. A curved operation brings its own tolerance.
///
/// Of an input with more than 300 scalars, every seventh (or so) is moved.
func expectGradients(
  of inputs: [Tensor], step: Float = 1e-2, tolerance: Double = 2e-3,
  sourceLocation: SourceLocation = #_sourceLocation, _ operation: (Tape, [Variable]) -> Variable
) {
  let tape = Tape()
  let variables = inputs.map { tape.variable(differentiable: $0) }
  let output = operation(tape, variables)
  let weights = randomTensor(output.shape, seed: 99)
  tape.backward(from: output, gradient: weights)

  func loss(_ moved: Tensor, inPlaceOf index: Int) -> Double {
    var values = inputs
    values[index] = moved
    return dot(operation(Tape(), values.map { Variable($0) }).value, weights)
  }

  for (index, input) in inputs.enumerated() {
    guard let gradient = variables[index].gradient else {
      Issue.record("input \(index) has no gradient", sourceLocation: sourceLocation)
      continue
    }
    #expect(gradient.shape == input.shape, sourceLocation: sourceLocation)
    let scale = max(0.1, gradient.scalars.map { Double(abs($0)) }.max() ?? 0)
    for entry in Swift.stride(from: 0, to: input.count, by: input.count > 300 ? max(7, input.count / 100 | 1) : 1) {
      let (upper, lower) = (input.moved(entry, by: step), input.moved(entry, by: -step))
      // The width as it is after rounding.
      let width = Double(upper.scalars[entry]) - Double(lower.scalars[entry])
      let numeric = (loss(upper, inPlaceOf: index) - loss(lower, inPlaceOf: index)) / width
      let error = abs(numeric - Double(gradient.scalars[entry]))
      #expect(
        error <= tolerance * scale, "entry \(entry) of input \(index): \(numeric), tape \(gradient.scalars[entry])",
        sourceLocation: sourceLocation)
    }
  }
}

/// Output and gradients of an operation for one gradient of its output.
func run(
  _ inputs: [Tensor], outputGradientSeed: UInt64 = 99, _ operation: (Tape, [Variable]) -> Variable
) -> (output: Tensor, outputGradient: Tensor, gradients: [Tensor?]) {
  let tape = Tape()
  let variables = inputs.map { tape.variable(differentiable: $0) }
  let output = operation(tape, variables)
  let outputGradient = randomTensor(output.shape, seed: outputGradientSeed)
  tape.backward(from: output, gradient: outputGradient)
  return (output.value, outputGradient, variables.map(\.gradient))
}

/// Sum of the products, in double precision.
func dot(_ a: Tensor, _ b: Tensor) -> Double {
  zip(a.scalars, b.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

/// The largest difference between a tensor and what it should be, relative to the largest scalar of the latter.
func relativeError(_ found: Tensor?, _ expected: [Double]) -> Double {
  guard let found, found.count == expected.count else { return .infinity }
  let scale = max(1e-30, expected.map(abs).max() ?? 0)
  return zip(found.scalars, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } / scale
}

extension Tensor {
  func moved(_ entry: Int, by step: Float) -> Tensor {
    var scalars = scalars
    scalars[entry] += step
    return Tensor(scalars, shape: shape)
  }

  var doubles: [Double] { scalars.map(Double.init) }
}
