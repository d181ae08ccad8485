import Foundation
import Tensors
import Testing

@testable import WeakSupervision

@Suite struct SoftMarginLossTests {
  @Test func noImage() {
    let result = softMarginLoss(logits: Tensor(zeros: [0, 1, 1, 3]), targets: [])
    #expect(result.loss == nil && result.gradient.shape == [0, 1, 1, 3])
  }

  @Test func logitsOfZeroSayNothing() throws {
    let result = softMarginLoss(logits: Tensor(zeros: [1, 1, 1, 2]), targets: [true, false])
    #expect(abs(try #require(result.loss) - log(2)) < 1e-12)
    #expect(result.gradient.scalars == [-0.25, 0.25])
  }

  /// Far out the loss is linear and the gradient 0 or 1, not infinite and not NaN.
  @Test func largeLogits() throws {
    let result = softMarginLoss(
      logits: Tensor([1000, 1000, -1000, -1000], shape: [2, 1, 1, 2]), targets: [true, false, true, false])
    #expect(try #require(result.loss) == 500)
    #expect(result.gradient.scalars == [0, 0.25, -0.25, 0])
  }

  @Test func theGradientIsThatOfTheLoss() throws {
    let logits: [Float] = [-2, -0.5, 0.25, 1, 3, 0]
    let targets = [true, false, true, true, false, false]
    func loss(_ z: [Double]) -> Double {
      // As written in the papers, in double precision.
      zip(z, targets).reduce(0) { sum, pair in
        let p = 1 / (1 + exp(-pair.0))
        return sum - (pair.1 ? log(p) : log(1 - p)) / 6
      }
    }
    let z = logits.map(Double.init)
    let result = softMarginLoss(logits: Tensor(logits, shape: [2, 1, 1, 3]), targets: targets)
    #expect(abs(try #require(result.loss) - loss(z)) < 1e-9)
    for i in z.indices {
      var (up, down) = (z, z)
      up[i] += 1e-5
      down[i] -= 1e-5
      #expect(abs(Double(result.gradient.scalars[i]) - (loss(up) - loss(down)) / 2e-5) < 1e-7)
    }
  }
}
