import Foundation
import Testing

@testable import Metrics

@Suite struct StudentTTests {
  @Test func theMiddleAndTheEnds() {
    for degrees in [0.5, 1, 7, 1000] {
      let t = StudentT(degrees: degrees)
      #expect(t.upperTail(0) == 0.5 && t.quantile(0.5) == 0)
      #expect(t.upperTail(.infinity) == 0 && t.upperTail(-.infinity) == 1)
      #expect(t.upperTail(1e200) >= 0)  // its square is beyond every number
    }
  }

  /// One degree of freedom is Cauchy's distribution, two have a closed form too.
  @Test(arguments: [-30.0, -1, -0.01, 1e-9, 0.3, 1, 5, 900])
  func closedForms(x: Double) {
    let cauchy = 0.5 - atan(x) / .pi
    #expect(agree(StudentT(degrees: 1).upperTail(x), cauchy, within: x > 100 ? 1e-12 : 1e-13))
    let two = x > 0 ? 1 / (2 + x * x + x * (2 + x * x).squareRoot()) : 0.5 - x / (2 * (2 + x * x).squareRoot())
    #expect(agree(StudentT(degrees: 2).upperTail(x), two, within: 1e-12))
  }

  /// Printed tables: Student's factors of 95% intervals.
  @Test func printedTables() {
    for (degrees, factor) in [
      (1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (9, 2.262), (30, 2.042), (120, 1.980),
    ] {
      #expect(abs(StudentT(degrees: Double(degrees)).quantile(0.975) - factor) < 5.1e-4)
    }
    // Very many are the normal distribution's.
    #expect(abs(StudentT(degrees: 1e6).quantile(0.975) - 1.959964) < 5e-6)
  }

  @Test func tailsAreSciPys() throws {
    for golden in try Goldens.load().tails {
      let mine = StudentT(degrees: golden[0]).upperTail(golden[1])
      #expect(agree(mine, golden[2], within: 1e-11), "\(golden): \(mine)")
    }
  }

  @Test func quantilesAreSciPys() throws {
    for golden in try Goldens.load().quantiles {
      let mine = StudentT(degrees: golden[0]).quantile(golden[1])
      // SciPy's 0.5 quantile is a rounding error; ours is 0.
      #expect(agree(mine, golden[2], within: 1e-9) || abs(mine - golden[2]) < 1e-12, "\(golden): \(mine)")
    }
  }

  @Test func quantilesInvertTheDistribution() {
    for degrees in [0.3, 1, 2, 5, 80, 3000] {
      let t = StudentT(degrees: degrees)
      for probability in [1e-9, 0.01, 0.4, 0.6, 0.9, 0.999] {
        #expect(agree(t.cumulative(t.quantile(probability)), probability, within: 1e-10))
      }
    }
  }

  @Test func theIncompleteBetaFunction() {
    #expect(incompleteBeta(0, complement: 1, 2, 3) == 0)
    #expect(incompleteBeta(1, complement: 0, 2, 3) == 1)
    // I_x(1, b) = 1 - (1 - x)^b, and I_x(2, 3) is a polynomial.
    #expect(agree(incompleteBeta(0.25, complement: 0.75, 1, 2), 1 - 0.5625, within: 1e-14))
    #expect(agree(incompleteBeta(0.5, complement: 0.5, 2, 3), 0.6875, within: 1e-14))
    #expect(agree(incompleteBeta(0.9, complement: 0.1, 2, 3), 1 - 0.0037, within: 1e-14))
  }
}
