import CKernels
import Testing

@testable import Tensors

/// The loops of CKernels; lengths around the 16 lanes that they take at once.
@Suite struct ElementwiseTests {
  private static let lengths = [0, 1, 15, 16, 17, 33, 1000]

  @Test(arguments: lengths) func sumOfSquares(count: Int) {
    let x = randomTensor([count], seed: 1, in: -100...100)
    let expected = x.doubles.reduce(0) { $0 + $1 * $1 }
    #expect(abs(x.withScalars { rss_sum_of_squares($0, count) } - expected) <= 1e-13 * expected)
  }

  /// In double precision even where the squares leave the range of float.
  @Test func sumOfSquaresOfExtremes() {
    #expect(rss_sum_of_squares([1e30, 1e30], 2) > 1.9e60)
    #expect(rss_sum_of_squares([1e-30, 1e-30], 2) > 1.9e-60)
  }

  @Test(arguments: lengths) func scaling(count: Int) {
    var x = randomTensor([count], seed: 1)
    let expected = x.scalars.map { $0 * 0.3 }
    x.withMutableScalars { rss_scale($0, 0.3, count) }
    #expect(x.scalars == expected)
  }

  /// Loshchilov and Hutter 2019, in double precision: m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2,
  /// w = w (1 - lr decay) - lr (m / c1) / (sqrt(v / c2) + epsilon).
  @Test(arguments: lengths, [0, 0.05] as [Float]) func adamW(count: Int, decay: Float) {
    var (value, first, second) = (
      randomTensor([count], seed: 1), randomTensor([count], seed: 2), randomTensor([count], seed: 3, in: 0...1)
    )
    let gradient = randomTensor([count], seed: 4)
    let (clip, rate, beta1, beta2, epsilon) = (0.5 as Float, 0.01 as Float, 0.9 as Float, 0.999 as Float, 1e-8 as Float)
    let (correction1, correction2) = (0.271 as Float, 0.002997 as Float)  // 1 - beta^3
    let g = gradient.doubles.map { $0 * Double(clip) }
    let m = zip(first.doubles, g).map { Double(beta1) * $0 + (1 - Double(beta1)) * $1 }
    let v = zip(second.doubles, g).map { Double(beta2) * $0 + (1 - Double(beta2)) * $1 * $1 }
    let w = value.doubles.indices.map { i in
      let step = m[i] / Double(correction1) / ((v[i] / Double(correction2)).squareRoot() + Double(epsilon))
      return value.doubles[i] * (1 - Double(rate) * Double(decay)) - Double(rate) * step
    }
    value.withMutableScalars { value in
      first.withMutableScalars { first in
        second.withMutableScalars { second in
          gradient.withScalars {
            rss_adamw(
              value, $0, first, second, count, clip, rate, decay, beta1, beta2, epsilon, correction1, correction2)
          }
        }
      }
    }
    #expect(relativeError(value, w) < 1e-6)
    #expect(relativeError(first, m) < 1e-6)
    #expect(relativeError(second, v) < 1e-6)
  }

  /// velocity = momentum velocity + (clip g + decay w), w = w - lr velocity.
  @Test(arguments: lengths) func stochasticGradientDescent(count: Int) {
    var (value, velocity) = (randomTensor([count], seed: 1), randomTensor([count], seed: 2))
    let gradient = randomTensor([count], seed: 3)
    let expectedVelocity = (0..<count).map { i in
      0.9 * velocity.doubles[i] + 0.5 * gradient.doubles[i] + 1e-2 * value.doubles[i]
    }
    let expected = zip(value.doubles, expectedVelocity).map { $0 - 0.1 * $1 }
    value.withMutableScalars { value in
      velocity.withMutableScalars { velocity in
        gradient.withScalars { rss_sgd(value, $0, velocity, count, 0.5, 0.1, 1e-2, 0.9) }
      }
    }
    #expect(relativeError(velocity, expectedVelocity) < 1e-6)
    #expect(relativeError(value, expected) < 1e-6)
  }
}
