import Testing

@testable import Tensors

/// A window to try.
struct PoolingCase: Sendable, CustomTestStringConvertible {
  var input: [Int]
  var kernel: Int
  var stride: Int
  var padding = 0

  var testDescription: String { "\(input), \(kernel) by \(stride), padding \(padding)" }

  static let all = [
    PoolingCase(input: [1, 1, 1, 1], kernel: 1, stride: 1),
    PoolingCase(input: [1, 1, 1, 3], kernel: 3, stride: 1, padding: 1),
    PoolingCase(input: [2, 4, 6, 16], kernel: 2, stride: 2),
    PoolingCase(input: [1, 5, 7, 17], kernel: 2, stride: 2),  // leaves a row and a column over
    PoolingCase(input: [1, 6, 5, 3], kernel: 3, stride: 2, padding: 1),  // windows overlap
    PoolingCase(input: [1, 7, 8, 1], kernel: 2, stride: 3),  // pixels between windows
    PoolingCase(input: [1, 4, 4, 2], kernel: 3, stride: 1, padding: 2),
    PoolingCase(input: [1, 3, 4, 5], kernel: 1, stride: 2),
  ]
}

@Suite struct PoolingTests {
  /// The largest or mean scalar over the pixels of each window that lie in the image.
  private func naive(_ x: Tensor, _ trial: PoolingCase, _ reduce: ([Double]) -> Double) -> (shape: [Int], [Double]) {
    let (n, h, w, c) = x.nhwc
    let height = (h + 2 * trial.padding - trial.kernel) / trial.stride + 1
    let width = (w + 2 * trial.padding - trial.kernel) / trial.stride + 1
    let source = x.doubles
    var values: [Double] = []
    for at in 0..<n * height * width * c {
      let (column, row, image) = (at / c % width, at / c / width % height, at / c / width / height)
      var window: [Double] = []
      for tap in 0..<trial.kernel * trial.kernel {
        let y = row * trial.stride - trial.padding + tap / trial.kernel
        let x = column * trial.stride - trial.padding + tap % trial.kernel
        if (0..<h).contains(y), (0..<w).contains(x) { window.append(source[((image * h + y) * w + x) * c + at % c]) }
      }
      values.append(reduce(window))
    }
    return ([n, height, width, c], values)
  }

  /// All values below zero, so that padding taken for zero would win.
  @Test(arguments: PoolingCase.all, [true, false]) func maximum(_ trial: PoolingCase, recording: Bool) {
    let x = randomTensor(trial.input, seed: 1, in: -3...(-1))
    let (shape, expected) = naive(x, trial) { $0.max() ?? .nan }
    let found = Tape(recording: recording).maxPooling(
      Variable(x), kernel: trial.kernel, stride: trial.stride, padding: trial.padding)
    #expect(found.shape == shape)
    #expect(found.value.doubles == expected)
  }

  @Test(arguments: PoolingCase.all, [true, false]) func average(_ trial: PoolingCase, recording: Bool) {
    let x = randomTensor(trial.input, seed: 1)
    let (shape, expected) = naive(x, trial) { $0.reduce(0, +) / Double($0.count) }
    let found = Tape(recording: recording).averagePooling(
      Variable(x), kernel: trial.kernel, stride: trial.stride, padding: trial.padding)
    #expect(found.shape == shape)
    #expect(relativeError(found.value, expected) < 1e-6)
  }

  @Test(arguments: PoolingCase.all) func matchesFiniteDifferences(_ trial: PoolingCase) {
    let x = spacedTensor(trial.input, seed: 1)
    expectGradients(of: [x]) {
      $0.maxPooling($1[0], kernel: trial.kernel, stride: trial.stride, padding: trial.padding)
    }
    expectGradients(of: [x]) {
      $0.averagePooling($1[0], kernel: trial.kernel, stride: trial.stride, padding: trial.padding)
    }
  }

  /// Of equal values one gets the gradient, not all.
  @Test func aTieHasOneWinner() {
    let (_, outputGradient, gradients) = run([Tensor(zeros: [1, 2, 2, 1])]) {
      $0.maxPooling($1[0], kernel: 2, stride: 2)
    }
    #expect(gradients[0]?.scalars.filter { $0 != 0 } == outputGradient.scalars)
  }
}
