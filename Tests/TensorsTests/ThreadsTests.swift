import CThreads
import Foundation
import Testing

@testable import Tensors

/// The number of threads belongs to the whole process, so these tests run one after the other and put it back.
@Suite(.serialized) struct ThreadsTests {
  private func with<Result>(_ threads: Int, _ body: () throws -> Result) rethrows -> Result {
    let before = Threads.count
    Threads.use(threads)
    defer { Threads.use(before) }
    return try body()
  }

  @Test func atLeastOne() {
    with(0) { #expect(Threads.count == 1) }
    with(-3) { #expect(Threads.count == 1) }
    with(5) { #expect(Threads.count == 5) }
  }

  /// OpenMP keeps the number for each calling thread; ours holds for all.
  @Test func holdsOnAnotherThread() async {
    let before = Threads.count
    Threads.use(before + 3)
    let seen = await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: Threads.count) }
    }
    Threads.use(before)
    #expect(seen == before + 3)
  }

  @Test(arguments: [0, 1, 2, 7, 1000], [1, 2, 5]) func rangesCoverEachIndexOnce(count: Int, threads: Int) {
    with(threads) {
      for minimum in [-1, 0, 1, 2, 3, 499, 500, 1000, 5000] {
        var visits = [Int](repeating: 0, count: count)
        var ranges = 0
        let lock = NSLock()
        visits.withUnsafeMutableBufferPointer { visits in
          parallelRanges(count, minimumPerThread: minimum) { range in
            lock.withLock { ranges += 1 }
            for i in range { visits[i] += 1 }
          }
        }
        #expect(visits.allSatisfy { $0 == 1 })
        #expect(ranges <= max(1, count / max(1, minimum)) && ranges <= threads)
      }
    }
  }

  /// An operation with enough scalars for several threads, and how far one and two threads may lie apart.
  struct Trial: Sendable, CustomTestStringConvertible {
    var name: String
    var shapes: [[Int]]
    var exact = true
    var run: @Sendable (Tape, [Variable]) -> Variable
    var testDescription: String { name }
  }

  static let trials: [Trial] = {
    let image = [2, 64, 64, 11]
    return [
      Trial(name: "relu", shapes: [image]) { $0.relu($1[0]) },
      Trial(name: "relu6", shapes: [image]) { $0.relu6($1[0]) },
      Trial(name: "addition", shapes: [image, image]) { $0.addition($1[0], $1[1]) },
      Trial(name: "addition of one", shapes: [image]) { $0.addition($1[0], $1[0]) },
      Trial(name: "concatenation", shapes: [image, [2, 64, 64, 5]]) { $0.concatenation($1) },
      Trial(name: "nearest resizing", shapes: [image]) { $0.nearestResizing($1[0], height: 96, width: 40) },
      Trial(name: "global average pooling", shapes: [image]) { $0.globalAveragePooling($1[0]) },
      Trial(name: "bilinear resizing", shapes: [image]) { $0.bilinearResizing($1[0], height: 96, width: 40) },
      Trial(name: "max pooling", shapes: [image]) { $0.maxPooling($1[0], kernel: 3, stride: 2, padding: 1) },
      Trial(name: "average pooling", shapes: [image]) { $0.averagePooling($1[0], kernel: 3, stride: 2, padding: 1) },
      Trial(name: "fully connected", shapes: [[64, 300], [50, 300], [50]], exact: false) {
        $0.fullyConnected($1[0], weight: $1[1], bias: $1[2])
      },
      Trial(name: "convolution", shapes: [image, [16, 11, 3, 3], [16]], exact: false) {
        $0.convolution($1[0], weight: $1[1], bias: $1[2], .init(padding: .init(1)))
      },
      Trial(name: "batch normalisation", shapes: [image, [11], [11]], exact: false) {
        $0.batchNormalization(
          $1[0], scale: $1[1], shift: $1[2], statistics: NormalizationStatistics(name: "test", channels: 11),
          activation: .none)
      },
    ]
  }()

  /// Our loops and oneDNN's resizing and pooling give the same bits; what sums over pixels (gradients of weights,
  /// statistics) adds in an order that depends on the number of threads, and differs by rounding.
  @Test(arguments: trials) func oneAndTwoThreadsAgree(_ trial: Trial) {
    let inputs = trial.shapes.enumerated().map { randomTensor($0.element, seed: UInt64($0.offset)) }
    let one = with(1) { outputAndGradients(inputs, trial) }
    let two = with(2) { outputAndGradients(inputs, trial) }
    for (a, b) in zip(one, two) {
      if trial.exact {
        #expect(a == b)
      } else {
        #expect(relativeError(a, b.doubles) < 2e-5)
      }
    }
  }

  private func outputAndGradients(_ inputs: [Tensor], _ trial: Trial) -> [Tensor] {
    let result = run(inputs, trial.run)
    return [result.output] + result.gradients.compactMap(\.self)
  }

  @Test func crossEntropyDoesNotDependOnThreads() throws {
    let logits = randomTensor([3, 64, 64, 7], seed: 1, in: -4...4)
    let labels = (0..<3 * 64 * 64).map { (p: Int) -> UInt8 in p % 9 == 8 ? 255 : UInt8(p % 7) }
    let one = with(1) { crossEntropy(logits: logits, labels: labels) }
    let two = with(2) { crossEntropy(logits: logits, labels: labels) }
    #expect(one.loss == two.loss)
    #expect(one.gradient == two.gradient)
    let classes = try with(1) { try mostProbableClasses(logits) }
    #expect(try with(2) { try mostProbableClasses(logits) } == classes)
  }
}
