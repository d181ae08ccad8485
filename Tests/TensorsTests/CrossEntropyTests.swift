import Foundation
import Randomness
import Testing

@testable import Tensors

@Suite struct CrossEntropyTests {
  private func labels(_ count: Int, classes: Int, void: Bool) -> [UInt8] {
    var stream = RandomStream(seed: 4, purpose: .scenes)
    return (0..<count).map { _ in
      void && stream.integer(below: 3) == 0 ? 255 : UInt8(stream.integer(below: classes))
    }
  }

  /// Loss and gradient from the definition, in double precision.
  private func naive(_ logits: Tensor, _ labels: [UInt8]) -> (loss: Double, gradient: [Double]) {
    let classes = logits.count / labels.count
    let valid = Double(labels.count { $0 != 255 })
    var loss = 0.0
    var gradient = [Double](repeating: 0, count: logits.count)
    for (p, label) in labels.enumerated() where label != 255 {
      let z = logits.scalars[p * classes..<(p + 1) * classes].map(Double.init)
      let highest = z.max() ?? 0
      let sum = z.reduce(0) { $0 + exp($1 - highest) }
      loss -= (z[Int(label)] - highest - log(sum)) / valid
      for k in 0..<classes {
        gradient[p * classes + k] = (exp(z[k] - highest) / sum - (k == Int(label) ? 1 : 0)) / valid
      }
    }
    return (loss, gradient)
  }

  /// More pixels than one block of the sum in the last case.
  @Test(
    arguments: [[1, 1, 1, 2], [1, 1, 1, 17], [2, 3, 5, 3], [1, 4, 4, 255], [1, 2, 2, 16], [2, 40, 40, 11]],
    [false, true])
  func matchesTheDefinition(shape: [Int], void: Bool) throws {
    let logits = randomTensor(shape, seed: 1, in: -5...5)
    let pixels = shape[0] * shape[1] * shape[2]
    // The first pixel always counts.
    let labels = [0] + labels(pixels - 1, classes: shape[3], void: void)
    let found = crossEntropy(logits: logits, labels: labels)
    let expected = naive(logits, labels)
    #expect(abs(try #require(found.loss) - expected.loss) < 1e-6 * max(1, expected.loss))
    #expect(relativeError(found.gradient, expected.gradient) < 2e-6)
    for (p, label) in labels.enumerated() where label == 255 {
      #expect(found.gradient.scalars[p * shape[3]..<(p + 1) * shape[3]].allSatisfy { $0 == 0 })
    }
  }

  @Test func matchesFiniteDifferences() throws {
    let logits = randomTensor([1, 2, 3, 5], seed: 1)
    let labels: [UInt8] = [0, 4, 255, 2, 1, 3]
    let gradient = crossEntropy(logits: logits, labels: labels).gradient.scalars
    for entry in 0..<logits.count {
      let upper = try #require(crossEntropy(logits: logits.moved(entry, by: 1e-2), labels: labels).loss)
      let lower = try #require(crossEntropy(logits: logits.moved(entry, by: -1e-2), labels: labels).loss)
      #expect(abs((upper - lower) / 2e-2 - Double(gradient[entry])) < 1e-4)
    }
  }

  @Test func allVoidHasNoLossAndNoGradient() {
    let found = crossEntropy(logits: randomTensor([1, 2, 2, 3], seed: 1), labels: [255, 255, 255, 255])
    #expect(found.loss == nil)
    #expect(found.gradient == Tensor(zeros: [1, 2, 2, 3]))
  }

  @Test func anEmptyBatch() {
    let found = crossEntropy(logits: Tensor(zeros: [0, 2, 2, 3]), labels: [])
    #expect(found.loss == nil && found.gradient.count == 0)
  }

  @Test func oneClassIsAlwaysRight() {
    let found = crossEntropy(logits: randomTensor([1, 1, 3, 1], seed: 1), labels: [0, 255, 0])
    #expect(found.loss == 0)
    #expect(found.gradient.scalars == [0, 0, 0])
  }

  @Test func equalLogitsGiveTheLogarithmOfTheClasses() throws {
    let found = crossEntropy(logits: Tensor(filledWith: 7, shape: [1, 1, 2, 10]), labels: [3, 9])
    #expect(abs(try #require(found.loss) - log(10)) < 1e-6)
  }

  @Test(arguments: [1e4, 1e30, 3e38] as [Float]) func largeLogitsDoNotOverflow(size: Float) throws {
    let logits = Tensor([size, 0, -size, 0], shape: [1, 1, 2, 2])
    let right = crossEntropy(logits: logits, labels: [0, 1])
    #expect(right.loss == 0)
    let wrong = crossEntropy(logits: logits, labels: [1, 0])
    #expect(try #require(wrong.loss) == Double(size))
    #expect(wrong.gradient.scalars.allSatisfy { $0.isFinite })
  }

  @Test func theLowestClassWinsATie() throws {
    let logits = Tensor([0, 1, 1, 2, 2, 2, -1, -3, -1], shape: [1, 1, 3, 3])
    #expect(try mostProbableClasses(logits) == [1, 0, 0])
    #expect(try mostProbableClasses(Tensor(zeros: [0, 1, 1, 3])) == [])
    #expect(try mostProbableClasses(Tensor(zeros: [1, 1, 2, 1])) == [0, 0])
  }

  @Test func theMostProbableOf255Classes() throws {
    var scalars = [Float](repeating: 0, count: 255)
    scalars[254] = 1
    #expect(try mostProbableClasses(Tensor(scalars, shape: [1, 1, 1, 255])) == [254])
  }
}
