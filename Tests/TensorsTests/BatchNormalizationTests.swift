import Testing

@testable import Tensors

@Suite struct BatchNormalizationTests {
  private static let shapes = [[2, 1, 1, 1], [1, 3, 3, 1], [2, 3, 2, 17], [3, 4, 5, 16], [1, 2, 7, 3]]

  private func statistics(_ channels: Int) -> NormalizationStatistics {
    NormalizationStatistics(name: "test", channels: channels)
  }

  /// Mean and biased variance of each channel.
  private func moments(_ x: Tensor) -> [(mean: Double, variance: Double)] {
    let (channels, source) = (x.nhwc.channels, x.doubles)
    return (0..<channels).map { c in
      let values = stride(from: c, to: x.count, by: channels).map { source[$0] }
      let mean = values.reduce(0, +) / Double(values.count)
      return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
    }
  }

  private func formula(
    _ x: Tensor, _ scale: Tensor, _ shift: Tensor, _ moments: [(mean: Double, variance: Double)], relu: Bool
  ) -> [Double] {
    let channels = scale.count
    return x.doubles.enumerated().map { i, value in
      let c = i % channels
      let normalised = (value - moments[c].mean) / (moments[c].variance + 1e-5).squareRoot()
      let y = Double(scale.scalars[c]) * normalised + Double(shift.scalars[c])
      return relu ? max(0, y) : y
    }
  }

  @Test(arguments: shapes, [false, true]) func trainingMatchesTheFormula(shape: [Int], relu: Bool) {
    let x = randomTensor(shape, seed: 1, in: -2...3)
    let (scale, shift) = (randomTensor([shape[3]], seed: 2), randomTensor([shape[3]], seed: 3))
    let found = Tape().batchNormalization(
      Variable(x), scale: Variable(scale), shift: Variable(shift), statistics: statistics(shape[3]),
      activation: relu ? .relu : .none)
    #expect(relativeError(found.value, formula(x, scale, shift, moments(x), relu: relu)) < 1e-5)
  }

  /// running = 0.9 running + 0.1 batch, the variance divided by n - 1, as PyTorch keeps them.
  @Test(arguments: shapes) func runningStatisticsMove(shape: [Int]) {
    let statistics = statistics(shape[3])
    let samples = Double(shape[0] * shape[1] * shape[2])
    var mean = [Double](repeating: 0, count: shape[3])
    var variance = [Double](repeating: 1, count: shape[3])
    for seed in 1...3 as ClosedRange<UInt64> {
      let x = randomTensor(shape, seed: seed, in: -2...3)
      let tape = Tape()
      _ = tape.batchNormalization(
        Variable(x), scale: Variable(Tensor(filledWith: 1, shape: [shape[3]])),
        shift: Variable(Tensor(zeros: [shape[3]])), statistics: statistics)
      #expect(statistics.mean.scalars == mean.map { Float($0) } || seed > 1, "a step that may fail moves nothing")
      tape.moveStatistics()
      tape.moveStatistics()  // there is nothing left to move
      for (c, moment) in moments(x).enumerated() {
        mean[c] += 0.1 * (moment.mean - mean[c])
        variance[c] += 0.1 * (moment.variance * samples / (samples - 1) - variance[c])
      }
    }
    #expect(relativeError(statistics.mean, mean) < 1e-5)
    #expect(relativeError(statistics.variance, variance) < 1e-5)
  }

  @Test(arguments: shapes + [[1, 1, 1, 3]], [false, true]) func inferenceUsesRunningStatistics(shape: [Int], relu: Bool)
  {
    let (mean, variance) = (randomTensor([shape[3]], seed: 5), randomTensor([shape[3]], seed: 6, in: 0.1...2))
    let statistics = statistics(shape[3])
    statistics.replace(mean: mean, variance: variance)
    let x = randomTensor(shape, seed: 1, in: -2...3)
    let (scale, shift) = (randomTensor([shape[3]], seed: 2), randomTensor([shape[3]], seed: 3))
    let found = Tape(recording: false).batchNormalization(
      Variable(x), scale: Variable(scale), shift: Variable(shift), statistics: statistics,
      activation: relu ? .relu : .none)
    let running = zip(mean.doubles, variance.doubles).map { (mean: $0, variance: $1) }
    #expect(relativeError(found.value, formula(x, scale, shift, running, relu: relu)) < 1e-5)
    #expect(statistics.mean == mean && statistics.variance == variance)
  }

  /// Several chunks of pixels, the last one not full, and channels that don't fill vectors.
  @Test(arguments: [[3, 41, 37, 12], [1, 70, 61, 17], [2, 1, 8200, 4]], [false, true])
  func manyPixelsMatchTheFormula(shape: [Int], relu: Bool) {
    let (x, dy) = (randomTensor(shape, seed: 1, in: -2...3), randomTensor(shape, seed: 4, in: -1...1))
    let (scale, shift) = (randomTensor([shape[3]], seed: 2, in: 0.5...1.5), randomTensor([shape[3]], seed: 3))
    let tape = Tape()
    let inputs = [x, scale, shift].map { tape.variable(differentiable: $0) }
    let y = tape.batchNormalization(
      inputs[0], scale: inputs[1], shift: inputs[2], statistics: statistics(shape[3]), activation: relu ? .relu : .none)
    let moments = moments(x)
    #expect(relativeError(y.value, formula(x, scale, shift, moments, relu: relu)) < 1e-5)

    tape.backward(from: y, gradient: dy)
    let (channels, count) = (shape[3], Double(x.count / shape[3]))
    let passed = zip(dy.doubles, y.value.scalars).map { !relu || $1 > 0 ? $0 : 0 }
    let centred = x.doubles.enumerated().map { $1 - moments[$0 % channels].mean }
    var (sum, product) = ([Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels))
    for (i, g) in passed.enumerated() {
      sum[i % channels] += g
      product[i % channels] += g * centred[i]
    }
    let roots = moments.map { 1 / ($0.variance + 1e-5).squareRoot() }
    let dx = passed.enumerated().map { i, g in
      let c = i % channels
      return Double(scale.scalars[c]) * roots[c]
        * (g - sum[c] / count - centred[i] * roots[c] * roots[c] * product[c] / count)
    }
    for (input, expected) in zip(inputs, [dx, zip(roots, product).map(*), sum]) {
      #expect(relativeError(input.gradient, expected) < 1e-5)
    }
  }

  /// Values whose squares have no digits left for their differences.
  @Test func aChannelFarFromZeroKeepsItsVariance() {
    let noise = randomTensor([2, 50, 50, 3], seed: 1, in: -1...1).scalars
    let x = Tensor(noise.map { $0 + 10_000 }, shape: [2, 50, 50, 3])
    let one = Variable(Tensor(filledWith: 1, shape: [3])), zero = Variable(Tensor(zeros: [3]))
    let found = Tape().batchNormalization(
      Variable(x), scale: one, shift: zero, statistics: statistics(3), activation: .none)
    #expect(relativeError(found.value, formula(x, one.value, zero.value, moments(x), relu: false)) < 1e-3)
  }

  /// Chunks are the same for any number of threads.
  @Test func threadsChangeNothing() {
    let (x, dy) = (randomTensor([5, 40, 40, 12], seed: 1), randomTensor([5, 40, 40, 12], seed: 2))
    let threads = Threads.count
    defer { Threads.use(threads) }
    let results = [1, 2, 3].map { count in
      Threads.use(count)
      let tape = Tape()
      let inputs = [x, Tensor(filledWith: 1, shape: [12]), Tensor(zeros: [12])].map {
        tape.variable(differentiable: $0)
      }
      let y = tape.batchNormalization(
        inputs[0], scale: inputs[1], shift: inputs[2], statistics: statistics(12))
      tape.backward(from: y, gradient: dy)
      return [y.value.scalars] + inputs.map { $0.gradient?.scalars ?? [] }
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  /// Every channel holds values near -1 and near +1, so that they stay so when normalised and a shift of at most 0.3
  /// brings none of them near the ReLU's kink. The operation is curved: the truncation error at this width is below 1%.
  @Test(arguments: [[4, 1, 1, 1], [1, 3, 3, 1], [2, 3, 2, 17], [1, 2, 7, 3]], [false, true])
  func matchesFiniteDifferences(shape: [Int], relu: Bool) {
    let noise = randomTensor(shape, seed: 1, in: -0.2...0.2).scalars
    let x = Tensor(
      noise.enumerated().map { i, noise in (i / shape[3] % 2 == 0 ? 1 : -1) + noise }, shape: shape)
    let inputs = [
      x, randomTensor([shape[3]], seed: 2, in: 0.5...1.5), randomTensor([shape[3]], seed: 3, in: -0.3...0.3),
    ]
    let statistics = statistics(shape[3])
    expectGradients(of: inputs, tolerance: 1e-2) {
      $0.batchNormalization($1[0], scale: $1[1], shift: $1[2], statistics: statistics, activation: relu ? .relu : .none)
    }
  }

  /// One sample has no variance: the output is the shift, and no gradient reaches the input.
  @Test func aBatchOfOnePixel() throws {
    let statistics = statistics(2)
    let inputs = [Tensor([3, -4], shape: [1, 1, 1, 2]), Tensor([2, 2], shape: [2]), Tensor([0.5, 1], shape: [2])]
    var tape: Tape?
    let (output, outputGradient, gradients) = run(inputs) {
      tape = $0
      return $0.batchNormalization($1[0], scale: $1[1], shift: $1[2], statistics: statistics)
    }
    try #require(tape).moveStatistics()
    #expect(output.scalars == [0.5, 1])
    #expect(gradients[0]?.scalars.allSatisfy { abs($0) < 1e-4 } == true)
    #expect(gradients[1]?.scalars.allSatisfy { abs($0) < 1e-4 } == true)
    #expect(gradients[2]?.scalars == outputGradient.scalars)
    #expect(relativeError(statistics.mean, [0.3, -0.4]) < 1e-6)
    #expect(statistics.variance.scalars == [1, 1])
  }

  @Test func aConstantChannelIsItsShift() {
    let x = Tensor(filledWith: 5, shape: [2, 3, 3, 1])
    let found = Tape().batchNormalization(
      Variable(x), scale: Variable(Tensor([3], shape: [1])), shift: Variable(Tensor([0.25], shape: [1])),
      statistics: statistics(1))
    #expect(found.value == Tensor(filledWith: 0.25, shape: [2, 3, 3, 1]))
  }

  @Test func anEmptyBatchMovesNothing() {
    let statistics = statistics(1)
    let one = Variable(Tensor([1], shape: [1]))
    let tape = Tape()
    let found = tape.batchNormalization(
      Variable(Tensor(zeros: [0, 2, 2, 1])), scale: one, shift: one, statistics: statistics)
    tape.moveStatistics()
    #expect(found.shape == [0, 2, 2, 1] && statistics.mean.scalars == [0])
  }
}
