import Foundation

/// The regularised incomplete beta function, the integral of a beta density up to x:
///
///     I_x(a, b) = (1 / B(a, b)) * integral from 0 to x of t^(a - 1) (1 - t)^(b - 1) dt
///
/// - Parameters:
///   - x: in 0...1. Where x is near 1, its distance from 1 is what counts, and is lost to rounding; call with `complement`,
///     which is 1 - x as the caller knows it.
///   - a, b: above 0.
/// - Returns: in 0...1, right to about 13 digits where a and b are below 1000.
/// - Cost: O(sqrt(max(a, b))) terms.
///
/// Source: NIST Digital Library of Mathematical Functions, 8.17.22, the continued fraction, summed by Lentz's method as
/// changed by Thompson and Barnett (Journal of Computational Physics 64, 1986). It converges fast for
/// x < (a + 1) / (a + b + 2); the rest is 1 - I_(1 - x)(b, a), 8.17.4.
func incompleteBeta(_ x: Double, complement: Double, _ a: Double, _ b: Double) -> Double {
  precondition(a > 0 && b > 0 && (0...1).contains(x) && (0...1).contains(complement), "I_\(x)(\(a), \(b))")
  guard x > 0 else { return 0 }
  guard complement > 0 else { return 1 }
  let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(complement))
  return x < (a + 1) / (a + b + 2)
    ? front * continuedFraction(x, a, b) / a : 1 - front * continuedFraction(complement, b, a) / b
}

/// 1 / (1 + d_1 / (1 + d_2 / (1 + ...))) with 8.17.23's d.
private func continuedFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
  let tiny = 1e-300  // stands for a denominator of 0, as Lentz's method does it
  func away(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
  var below = 1 / away(1 - (a + b) * x / (a + 1))
  var (above, value) = (1.0, below)
  // Some sqrt(max(a, b)) terms do; a thousand are enough for a million degrees of freedom.
  for m in stride(from: 1.0, through: 1000, by: 1) {
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    var change = 1.0
    for d in [even, odd] {
      below = 1 / away(1 + d * below)
      above = away(1 + d / above)
      change = below * above
      value *= change
    }
    if abs(change - 1) < 1e-15 { break }
  }
  return value
}
