import Testing

@testable import Tensors

@Suite struct TapeTests {
  /// x reaches the output on three ways: through relu, through relu6, and directly.
  @Test func aDiamondSumsItsGradients() {
    let x = Tensor([-1, 3, 8], shape: [3])
    let (output, outputGradient, gradients) = run([x]) { tape, x in
      tape.addition(tape.addition(tape.relu(x[0]), tape.relu6(x[0])), x[0])
    }
    #expect(output.scalars == [-1, 9, 22])
    #expect(gradients[0]?.scalars == zip([1, 3, 2] as [Float], outputGradient.scalars).map { $0 * $1 })
    expectGradients(of: [spacedTensor([1, 3, 2, 5], seed: 1)]) { tape, x in
      tape.addition(tape.addition(tape.relu(x[0]), tape.relu6(x[0])), x[0])
    }
  }

  @Test func oneParameterInTwoLayers() {
    let inputs = [randomTensor([1, 4, 3, 2], seed: 1), randomTensor([2, 2, 3, 3], seed: 2)]
    let geometry = ConvolutionGeometry(padding: .init(1))
    // Quadratic in the weight: central differences are exact but for rounding.
    expectGradients(of: inputs) { tape, x in
      tape.convolution(tape.convolution(x[0], weight: x[1], geometry), weight: x[1], geometry)
    }
  }

  /// The given gradient, every value and every intermediate value are still what they were.
  @Test func backwardWritesNothingThatSomeoneHolds() {
    let x = spacedTensor([2, 3, 3, 4], seed: 1)
    let ones = Tensor(filledWith: 1, shape: [4])
    let statistics = NormalizationStatistics(name: "test", channels: 4)
    let tape = Tape()
    let variable = tape.variable(differentiable: x)
    let scale = tape.variable(differentiable: ones)
    let rectified = tape.relu(variable)
    let normalised = tape.batchNormalization(rectified, scale: scale, shift: scale, statistics: statistics)
    let output = tape.relu6(tape.addition(normalised, rectified))
    let gradient = randomTensor(output.shape, seed: 2)
    let held = [x, ones, rectified.value, normalised.value, output.value, gradient]
    let before = held.map(\.scalars)
    tape.backward(from: output, gradient: gradient)
    #expect(held.map(\.scalars) == before)
    #expect(variable.gradient != nil && scale.gradient != nil)
  }

  @Test func withoutRecordingThereIsNoGradient() {
    let parameter = Parameter(name: "p", value: Tensor([1], shape: [1]), decays: false)
    let tape = Tape(recording: false)
    let output = tape.relu(tape.variable(parameter))
    tape.backward(from: output, gradient: Tensor([1], shape: [1]))
    #expect(output.value.scalars == [1])
    #expect(parameter.gradient == nil)
  }

  @Test func whatTheOutputDoesNotDependOnHasNoGradient() {
    let tape = Tape()
    let (used, unused) = (Tensor([2], shape: [1]), Tensor([3], shape: [1]))
    let (a, b) = (tape.variable(differentiable: used), tape.variable(differentiable: unused))
    let output = tape.relu(a)
    _ = tape.relu(b)
    tape.backward(from: output, gradient: Tensor([5], shape: [1]))
    #expect(a.gradient?.scalars == [5])
    #expect(b.gradient == nil)
  }

  @Test func aLeafAsTheOutput() {
    let tape = Tape()
    let variable = tape.variable(differentiable: Tensor([2], shape: [1]))
    tape.backward(from: variable, gradient: Tensor([5], shape: [1]))
    #expect(variable.gradient?.scalars == [5])
  }
}
