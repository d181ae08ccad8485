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
      Variable(x), scale: Variable(scale), shift: Variable(shift), statistics: statistics(shape[3]), relu: relu)
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
      _ = Tape().batchNormalization(
        Variable(x), scale: Variable(Tensor(filledWith: 1, shape: [shape[3]])),
        shift: Variable(Tensor(zeros: [shape[3]])), statistics: statistics)
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
      Variable(x), scale: Variable(scale), shift: Variable(shift), statistics: statistics, relu: relu)
    let running = zip(mean.doubles, variance.doubles).map { (mean: $0, variance: $1) }
    #expect(relativeError(found.value, formula(x, scale, shift, running, relu: relu)) < 1e-5)
    #expect(statistics.mean == mean && statistics.variance == variance)
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
      $0.batchNormalization($1[0], scale: $1[1], shift: $1[2], statistics: statistics, relu: relu)
    }
  }

  /// One sample has no variance: the output is the shift, and no gradient reaches the input.
  @Test func aBatchOfOnePixel() {
    let statistics = statistics(2)
    let inputs = [Tensor([3, -4], shape: [1, 1, 1, 2]), Tensor([2, 2], shape: [2]), Tensor([0.5, 1], shape: [2])]
    let (output, outputGradient, gradients) = run(inputs) {
      $0.batchNormalization($1[0], scale: $1[1], shift: $1[2], statistics: statistics)
    }
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
    let found = Tape().batchNormalization(
      Variable(Tensor(zeros: [0, 2, 2, 1])), scale: one, shift: one, statistics: statistics)
    #expect(found.shape == [0, 2, 2, 1] && statistics.mean.scalars == [0])
  }
}
