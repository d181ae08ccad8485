import Foundation
import Testing

@testable import Tensors

@Suite struct OperationCacheTests {
  /// A primitive compiled on one thread runs on others, whose scratch memory oneDNN would keep apart; many sizes, so
  /// that the shared scratch memory grows in between.
  @Test func anyThreadRunsWhatAnotherCompiled() async {
    let weight = randomTensor([32, 16, 3, 3], seed: 1)
    @Sendable func step(_ size: Int) -> [Tensor?] {
      let result = run([randomTensor([2, size, size, 16], seed: 2), randomTensor([32, 16, 3, 3], seed: 1)]) {
        $0.convolution($1[0], weight: $1[1], .init(stride: 2, padding: .init(1)))
      }
      return [result.output] + result.gradients
    }
    let expected = (3..<12).map { size -> [[Double]] in
      let x = randomTensor([2, size, size, 16], seed: 2)
      let geometry = ConvolutionGeometry(stride: 2, padding: .init(1))
      let side = (size - 1) / 2 + 1
      let naive = NaiveConvolution(
        x, weight, bias: nil, geometry, outputGradient: randomTensor([2, side, side, 32], seed: 99))
      return [naive.output, naive.inputGradient, naive.weightGradient]
    }
    for _ in 0..<4 {
      let errors = await withCheckedContinuation { continuation in
        Thread.detachNewThread {
          let errors = (3..<12).map { size in
            zip(step(size), expected[size - 3]).map { relativeError($0, $1) }.max() ?? .infinity
          }
          continuation.resume(returning: errors)
        }
      }
      #expect(errors.allSatisfy { $0 < 1e-5 })
    }
  }

  @Test func manyThreadsAtOnceTakeTurns() async {
    let x = randomTensor([1, 9, 7, 16], seed: 2)
    let weight = randomTensor([16, 16, 3, 3], seed: 1)
    let naive = NaiveConvolution(x, weight, bias: nil, .init(), outputGradient: nil).output
    await withTaskGroup(of: Double.self) { group in
      for _ in 0..<8 {
        group.addTask {
          (0..<20).map { _ in
            let (x, weight) = (randomTensor([1, 9, 7, 16], seed: 2), randomTensor([16, 16, 3, 3], seed: 1))
            return relativeError(run([x, weight]) { $0.convolution($1[0], weight: $1[1]) }.output, naive)
          }.max() ?? .infinity
        }
      }
      for await error in group { #expect(error < 1e-5) }
    }
  }

  /// Each has packed weights: as many as a data set has image sizes would be kept without end.
  @Test func manySizesKeepNoMoreThanTheLimit() {
    let weight = randomTensor([8, 8, 3, 3], seed: 1)
    for size in 3..<3 + OperationCache.limit + 10 {
      _ = Tape(recording: false).convolution(
        Variable(Tensor(zeros: [1, size, 3, 8])), weight: Variable(weight), .init(padding: .init(1)))
      #expect(OperationCache.current.count <= OperationCache.limit)
    }
  }
}
