import Foundation
import Testing

@testable import Tensors

/// Operations over each pixel's channels, and what encoders and decoders need besides convolutions.
@Suite struct ChannelOperationTests {
  static let shapes = [[1, 1, 1, 4], [2, 3, 5, 16], [1, 4, 3, 37], [2, 1, 2, 96]]

  /// Every scalar from the definition; small and large ones, both signs.
  @Test func geluIsXTimesTheNormalDistribution() {
    let x = (-600...600).map { Float($0) / 50 } + [-40, 40, 0]
    let found = Tape().gelu(Variable(Tensor(x, shape: [x.count]))).value.scalars
    for (x, y) in zip(x, found) {
      let exact = Double(x) * 0.5 * erfc(-Double(x) / 2.0.squareRoot())
      #expect(abs(Double(y) - exact) < 4e-7 * max(1, abs(Double(x))), "\(x)")
    }
    #expect(Tape().gelu(Variable(Tensor([.nan], shape: [1]))).value.scalars[0].isNaN)
  }

  @Test(arguments: shapes) func geluMatchesFiniteDifferences(shape: [Int]) {
    expectGradients(of: [randomTensor(shape, seed: 1, in: -3...3)]) { $0.gelu($1[0]) }
  }

  @Test(arguments: shapes) func layerNormalizationIsTheFormula(shape: [Int]) {
    let c = shape[3]
    let x = randomTensor(shape, seed: 1, in: 5...9)
    let (scale, shift) = (randomTensor([c], seed: 2), randomTensor([c], seed: 3))
    let found = Tape().layerNormalization(Variable(x), scale: Variable(scale), shift: Variable(shift)).value
    var expected: [Double] = []
    for p in 0..<x.count / c {
      let pixel = (0..<c).map { Double(x.scalars[p * c + $0]) }
      let mean = pixel.reduce(0, +) / Double(c)
      let variance = pixel.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(c)
      expected += pixel.enumerated().map { k, v in
        Double(scale.scalars[k]) * (v - mean) / (variance + 1e-6).squareRoot() + Double(shift.scalars[k])
      }
    }
    #expect(relativeError(found, expected) < 1e-5)
  }

  @Test(arguments: shapes) func layerNormalizationMatchesFiniteDifferences(shape: [Int]) {
    let c = shape[3]
    expectGradients(
      of: [randomTensor(shape, seed: 1), randomTensor([c], seed: 2, in: 0.5...1.5), randomTensor([c], seed: 3)],
      tolerance: 1e-2
    ) { $0.layerNormalization($1[0], scale: $1[1], shift: $1[2]) }
  }

  /// One group of all channels and one pixel is layer normalisation; the ReLU behind is shifted out of the way.
  @Test func groupNormalizationOfOneGroupAndPixelIsLayerNormalization() {
    let (x, scale) = (randomTensor([3, 1, 1, 12], seed: 1), randomTensor([12], seed: 2))
    let shift = Tensor(filledWith: 10, shape: [12])
    let group = Tape().groupNormalization(
      Variable(x), groups: 1, scale: Variable(scale), shift: Variable(shift), epsilon: 1e-6
    ).value
    let layer = Tape().layerNormalization(Variable(x), scale: Variable(scale), shift: Variable(shift)).value
    #expect(relativeError(group, layer.scalars.map(Double.init)) < 1e-6)
  }

  @Test(arguments: [1, 2, 6]) func groupNormalizationMatchesFiniteDifferences(groups: Int) {
    // Shifted so that no value is near the ReLU's kink.
    let shifts = Tensor((0..<6).map { $0 % 3 == 0 ? -6 : 6 }, shape: [6])
    expectGradients(
      of: [randomTensor([2, 3, 2, 6], seed: 1), randomTensor([6], seed: 2, in: 0.5...1.5), shifts], tolerance: 1e-2
    ) { $0.groupNormalization($1[0], groups: groups, scale: $1[1], shift: $1[2]) }
  }

  @Test func broadcastRepeatsAndSumsBack() {
    let x = randomTensor([2, 1, 1, 3], seed: 1)
    let y = Tape().broadcast(Variable(x), height: 2, width: 3).value
    #expect(y.shape == [2, 2, 3, 3])
    for i in 0..<y.count { #expect(y.scalars[i] == x.scalars[i / 18 * 3 + i % 3]) }
    expectGradients(of: [x]) { $0.broadcast($1[0], height: 2, width: 3) }
  }

  @Test func scalingAddsAWeightedBranch() {
    let (x, residual) = (randomTensor([2, 2, 3, 5], seed: 1), randomTensor([2, 2, 3, 5], seed: 2))
    let scale = randomTensor([5], seed: 3)
    let y = Tape().scaled(Variable(x), by: Variable(scale), addedTo: Variable(residual)).value.scalars
    for i in y.indices {
      #expect(abs(y[i] - (residual.scalars[i] + scale.scalars[i % 5] * x.scalars[i])) < 1e-6)
    }
    expectGradients(of: [x, scale, residual]) { $0.scaled($1[0], by: $1[1], addedTo: $1[2]) }
  }

  /// in[i] + s (in[i + 1] - in[i]) at i + s = y (H - 1) / (H' - 1), along both axes.
  @Test(arguments: [(1, 1, 3, 4), (2, 3, 4, 6), (5, 4, 3, 2), (3, 3, 1, 1), (4, 4, 16, 16)])
  func cornersStayWhereTheyAre(size: (Int, Int, Int, Int)) {
    let (h, w, height, width) = size
    let x = randomTensor([2, h, w, 3], seed: 1)
    let y = Tape().cornerAlignedResizing(Variable(x), height: height, width: width).value
    func place(_ i: Int, _ from: Int, _ to: Int) -> (Int, Int, Double) {
      let at = to > 1 ? Double(i * (from - 1)) / Double(to - 1) : 0
      let first = min(Int(at), from - 1)
      return (first, min(first + 1, from - 1), at - Double(first))
    }
    for n in 0..<2 {
      for row in 0..<height {
        for column in 0..<width {
          for c in 0..<3 {
            let ((top, bottom, v), (left, right, u)) = (place(row, h, height), place(column, w, width))
            func at(_ y: Int, _ column: Int) -> Double { Double(x.scalars[((n * h + y) * w + column) * 3 + c]) }
            let upper = at(top, left) * (1 - u) + at(top, right) * u
            let lower = at(bottom, left) * (1 - u) + at(bottom, right) * u
            let found = Double(y.scalars[((n * height + row) * width + column) * 3 + c])
            #expect(abs(found - (upper * (1 - v) + lower * v)) < 1e-5)
          }
        }
      }
    }
    expectGradients(of: [x]) { $0.cornerAlignedResizing($1[0], height: height, width: width) }
  }

  /// y = activation(normalised + residual): what is behind the sum is a ReLU or ReLU6 of both.
  @Test(arguments: [Activation.none, .relu, .relu6]) func aResidualIsAddedBeforeTheActivation(activation: Activation) {
    let statistics = NormalizationStatistics(name: "n", channels: 5)
    let (x, residual) = (randomTensor([3, 2, 4, 5], seed: 1), randomTensor([3, 2, 4, 5], seed: 2, in: -9...9))
    let (scale, shift) = (randomTensor([5], seed: 3, in: 0.5...1.5), randomTensor([5], seed: 4))
    func normalised(_ residual: Tensor?, _ activation: Activation) -> [Float] {
      Tape().batchNormalization(
        Variable(x), scale: Variable(scale), shift: Variable(shift), statistics: statistics,
        residual: residual.map { Variable($0) }, activation: activation
      ).value.scalars
    }
    for (found, (plain, other)) in zip(
      normalised(residual, activation), zip(normalised(nil, .none), residual.scalars))
    {
      let sum = plain + other
      let expected = activation == .none ? sum : activation == .relu ? max(0, sum) : min(6, max(0, sum))
      #expect(abs(found - expected) < 1e-5)
    }
    // Far from both kinks, on either side of each.
    let far = Tensor(residual.scalars.enumerated().map { i, _ in [-20, 3, 20][i % 3] }, shape: residual.shape)
    let small = Tensor(scale.scalars.map { $0 / 4 }, shape: [5])
    expectGradients(of: [x, small, shift, far], tolerance: 1e-2) {
      $0.batchNormalization(
        $1[0], scale: $1[1], shift: $1[2], statistics: statistics, residual: $1[3], activation: activation)
    }
  }

  /// Frozen statistics are constants in training: the gradient is that of an affine map, and they don't move.
  @Test func frozenStatisticsAreConstants() {
    let statistics = NormalizationStatistics(name: "n", channels: 3)
    statistics.replace(mean: Tensor([0.1, -0.2, 0.3], shape: [3]), variance: Tensor([0.5, 1, 2], shape: [3]))
    statistics.isFrozen = true
    let inputs = [randomTensor([2, 2, 2, 3], seed: 1), randomTensor([3], seed: 2), randomTensor([3], seed: 3)]
    expectGradients(of: inputs) {
      $0.batchNormalization($1[0], scale: $1[1], shift: $1[2], statistics: statistics, activation: .none)
    }
    let tape = Tape()
    let recorded = tape.batchNormalization(
      Variable(inputs[0]), scale: Variable(inputs[1]), shift: Variable(inputs[2]), statistics: statistics)
    let looked = Tape(recording: false).batchNormalization(
      Variable(inputs[0]), scale: Variable(inputs[1]), shift: Variable(inputs[2]), statistics: statistics)
    #expect(recorded.value == looked.value)
    tape.moveStatistics()
    #expect(statistics.mean.scalars == [0.1, -0.2, 0.3] && statistics.variance.scalars == [0.5, 1, 2])
  }
}
