import Foundation
import Randomness
import Tensors
import Testing

@testable import WeakSupervision

@Suite struct BalancedCrossEntropyTests {
  /// Two images of 2 x 3 pixels, three classes; the first has 3 pixels of class 0, one of 2 and two of void.
  private let labels: [UInt8] = [0, 0, 255, 2, 0, 255, 1, 1, 1, 1, 2, 255]

  private func logits(seed: UInt64) -> [Double] {
    var random = RandomStream(seed: seed, purpose: .scenes)
    return (0..<36).map { _ in Double(2 * random.normal()) }
  }

  private func found(_ z: [Double], expected: [Int]) -> StepOutcome {
    balancedCrossEntropy(logits: Tensor(z.map(Float.init), shape: [2, 2, 3, 3]), labels: labels, expected: expected)
  }

  /// Weights by hand: (4 - 3) / 5 and (4 - 1) / 5 in the first image, (5 - 4) / 6 and (5 - 1) / 6 in the second.
  private func reference(_ z: [Double], counting: [Bool]) -> Double {
    let weights: [[Double]] = [[1.0 / 5, 0, 3.0 / 5], [0, 1.0 / 6, 4.0 / 6]]
    return labels.indices.reduce(0) { sum, p in
      guard labels[p] != 255, counting[p / 6] else { return sum }
      let row = z[3 * p..<3 * p + 3].map { exp($0) }
      let label = Int(labels[p])
      return sum - weights[p / 6][label] * log(row[label] / row.reduce(0, +)) / 12
    }
  }

  @Test(arguments: [[2, 2], [2, 3], [3, 3]]) func asTheFormula(expected: [Int]) throws {
    let z = logits(seed: 1)
    let found = found(z, expected: expected)
    let counting = expected.map { $0 == 2 }
    #expect(abs(try #require(found.loss) - reference(z, counting: counting)) < 1e-6)
    for i in z.indices {
      var (up, down) = (z, z)
      up[i] += 1e-5
      down[i] -= 1e-5
      let slope = (reference(up, counting: counting) - reference(down, counting: counting)) / 2e-5
      #expect(abs(Double(found.gradient.scalars[i]) - slope) < 1e-6, "logit \(i)")
    }
  }

  @Test func voidAndNothing() {
    let logits = Tensor([1, 2], shape: [1, 1, 1, 2])
    let void = balancedCrossEntropy(logits: logits, labels: [255], expected: [1])
    #expect(void.loss == 0 && void.gradient.scalars == [0, 0])
    let nothing = balancedCrossEntropy(logits: Tensor(zeros: [0, 4, 4, 2]), labels: [], expected: [])
    #expect(nothing.loss == nil && nothing.gradient.count == 0)
  }

  /// An image of one class has nothing to balance: its weight is 0.
  @Test func oneClassAlone() {
    let logits = Tensor([1, 2, 3, 1], shape: [1, 1, 2, 2])
    let alone = balancedCrossEntropy(logits: logits, labels: [0, 0], expected: [1])
    #expect(alone.loss == 0 && alone.gradient.scalars == [0, 0, 0, 0])
  }

  @Test func largeLogits() throws {
    let found = balancedCrossEntropy(
      logits: Tensor([1000, 0, -1000, 0], shape: [1, 1, 2, 2]), labels: [1, 0], expected: [2])
    #expect(abs(try #require(found.loss) - 2000.0 / 6) < 1e-3)
    #expect(found.gradient.scalars.allSatisfy { $0.isFinite })
  }
}
