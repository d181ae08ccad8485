import Testing

@testable import Tensors

@Suite struct ConvolutionTests {
  private func convolve(_ trial: ConvolutionCase) -> (Tape, [Variable]) -> Variable {
    { tape, x in tape.convolution(x[0], weight: x[1], bias: x.count > 2 ? x[2] : nil, trial.geometry) }
  }

  private func inputs(_ trial: ConvolutionCase) -> [Tensor] {
    [trial.testInput, trial.testWeight] + (trial.testBias.map { [$0] } ?? [])
  }

  /// A float32 sum of at most 153 products keeps well over five digits.
  @Test(arguments: ConvolutionCase.all) func matchesTheNaiveLoop(_ trial: ConvolutionCase) {
    let (output, outputGradient, gradients) = run(inputs(trial), convolve(trial))
    let naive = NaiveConvolution(
      trial.testInput, trial.testWeight, bias: trial.testBias, trial.geometry, outputGradient: outputGradient)
    #expect(output.shape == naive.shape)
    #expect(relativeError(output, naive.output) < 1e-5)
    #expect(relativeError(gradients[0], naive.inputGradient) < 1e-5)
    #expect(relativeError(gradients[1], naive.weightGradient) < 1e-5)
    if trial.bias { #expect(relativeError(gradients[2], naive.biasGradient) < 1e-5) }
  }

  @Test(arguments: ConvolutionCase.all) func matchesFiniteDifferences(_ trial: ConvolutionCase) {
    expectGradients(of: inputs(trial), convolve(trial))
  }

  /// A tape that doesn't record runs oneDNN's inference kernels, which may be others.
  @Test(arguments: ConvolutionCase.all) func evaluates(_ trial: ConvolutionCase) {
    let found = Tape(recording: false).convolution(
      Variable(trial.testInput), weight: Variable(trial.testWeight), bias: trial.testBias.map { Variable($0) },
      trial.geometry)
    let naive = NaiveConvolution(
      trial.testInput, trial.testWeight, bias: trial.testBias, trial.geometry, outputGradient: nil)
    #expect(zip(found.value.scalars, naive.output).allSatisfy { abs(Double($0) - $1) < 1e-5 * max(1, abs($1)) + 1e-5 })
  }

  /// Large convolutions go through oneDNN's own layout: sixteen images give together what each gives alone, in NHWC. With
  /// channels that don't fill a block, and with a stride.
  @Test(arguments: [[70, 66, 1], [72, 64, 2]]) func blocksGiveWhatThePlainLayoutGives(_ trial: [Int]) {
    let geometry = ConvolutionGeometry(stride: trial[2], padding: .init(1))
    let images = randomTensor([16, 32, 32, trial[0]], seed: 1)
    let weight = randomTensor([trial[1], trial[0], 3, 3], seed: 2)
    let gradient = randomTensor([16, 32 / trial[2], 32 / trial[2], trial[1]], seed: 3)
    func pass(_ images: Tensor, _ gradient: Tensor) -> (output: [Float], images: [Float], weight: [Float]) {
      let tape = Tape()
      let variables = [images, weight].map { tape.variable(differentiable: $0) }
      let output = tape.convolution(variables[0], weight: variables[1], geometry)
      tape.backward(from: output, gradient: gradient)
      return (output.value.scalars, variables[0].gradient?.scalars ?? [], variables[1].gradient?.scalars ?? [])
    }
    func image(_ n: Int, of tensor: Tensor) -> Tensor {
      let size = tensor.count / 16
      return Tensor(Array(tensor.scalars[n * size..<(n + 1) * size]), shape: [1] + tensor.shape.dropFirst())
    }
    let together = pass(images, gradient)
    let alone = (0..<16).map { pass(image($0, of: images), image($0, of: gradient)) }
    func difference(_ found: [Float], _ expected: [Double]) -> Double {
      relativeError(Tensor(found, shape: [found.count]), expected)
    }
    #expect(difference(together.output, alone.flatMap { $0.output.map(Double.init) }) < 1e-6)
    #expect(difference(together.images, alone.flatMap { $0.images.map(Double.init) }) < 1e-6)
    let sums = weight.scalars.indices.map { i in alone.reduce(0.0) { $0 + Double($1.weight[i]) } }
    #expect(difference(together.weight, sums) < 1e-5)
  }

  @Test func anEmptyBatchGivesAnEmptyOutput() {
    let output = Tape().convolution(
      Variable(Tensor(zeros: [0, 4, 4, 3])), weight: Variable(Tensor(zeros: [5, 3, 3, 3])), .init(padding: .init(1)))
    #expect(output.shape == [0, 4, 4, 5])
  }

  /// Only the gradients that someone asks for are computed, and the others don't change for it.
  @Test func eachInputAlone() {
    let (x, weight) = (randomTensor([1, 4, 4, 3], seed: 1), randomTensor([2, 3, 3, 3], seed: 2))
    let both = run([x, weight]) { $0.convolution($1[0], weight: $1[1], bias: nil) }
    let onlyInput = run([x]) { $0.convolution($1[0], weight: Variable(weight), bias: nil) }
    let onlyWeight = run([weight]) { $0.convolution(Variable(x), weight: $1[0], bias: nil) }
    #expect(onlyInput.gradients[0] == both.gradients[0])
    #expect(onlyWeight.gradients[0] == both.gradients[1])
  }

  /// A frozen kernel with a trained bias.
  @Test func biasAlone() {
    let (x, weight) = (randomTensor([1, 4, 4, 3], seed: 1), randomTensor([2, 3, 1, 1], seed: 2))
    let (_, outputGradient, gradients) = run([Tensor(zeros: [2])]) {
      $0.convolution(Variable(x), weight: Variable(weight), bias: $1[0])
    }
    let naive = NaiveConvolution(x, weight, bias: nil, .init(), outputGradient: outputGradient)
    #expect(relativeError(gradients[0], naive.biasGradient) < 1e-5)
  }

  /// The compiled primitive keeps a packed copy of the weights; other weights of the same shape must replace it.
  @Test func newWeightsReplaceThePackedOnes() {
    let x = randomTensor([1, 5, 5, 16], seed: 1)
    for seed in 2..<5 as Range<UInt64> {
      let weight = randomTensor([16, 16, 3, 3], seed: seed)
      let (output, outputGradient, gradients) = run([x, weight]) { $0.convolution($1[0], weight: $1[1], bias: nil) }
      let naive = NaiveConvolution(x, weight, bias: nil, .init(), outputGradient: outputGradient)
      #expect(relativeError(output, naive.output) < 1e-5)
      #expect(relativeError(gradients[0], naive.inputGradient) < 1e-5)
      #expect(relativeError(gradients[1], naive.weightGradient) < 1e-5)
    }
  }
}
