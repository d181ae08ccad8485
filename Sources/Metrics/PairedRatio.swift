import Foundation

/// How large one positive number is as a part of another, pair by pair: RSS's mIoU of a seed over cross-entropy's of the same seed.
///
/// The estimate is the geometric mean of the ratios, and its interval that of Student's t on their logarithms:
///
///     exp(mean(l) ± t(n - 1) * s(l) / sqrt(n)),   l_i = log(a_i / b_i)
///
/// Logarithms and not Fieller's interval of mean(a) / mean(b): each seed's ratio is then a value like any other, which a table can
/// list; a over b and b over a say the same; the bounds are positive and always exist, while Fieller's are unbounded where
/// the denominator's mean is uncertain; and a test of the ratio is a plain t test. Of mIoUs as
/// seeds have them the two differ by less than a twentieth of the interval's width (the tests compare them).
public struct PairedRatio: Sendable, Equatable {
  /// a_i / b_i, in the order given.
  public let ratios: [Double]
  /// Nil where a ratio is 0, which has no logarithm.
  private let logarithms: StudentMean?

  /// Nil where there is no pair, a number is negative or not finite, or a denominator is 0: then there is no ratio to speak of.
  ///
  /// - Parameter pairs: numerator and denominator of each seed.
  public init?(_ pairs: [(Double, Double)]) {
    guard !pairs.isEmpty, pairs.allSatisfy({ $0.0 >= 0 && $0.1 > 0 && $0.0.isFinite && $0.1.isFinite }) else {
      return nil
    }
    ratios = pairs.map { $0.0 / $0.1 }
    guard ratios.allSatisfy(\.isFinite) else { return nil }
    logarithms = ratios.contains(0) ? nil : StudentMean(of: ratios.map { log($0) })
  }

  /// Without bounds for fewer than `Interval.fewest` pairs, and where a ratio is 0: the geometric mean is then 0.
  public func interval(level: Double = 0.95) -> Interval {
    guard let interval = logarithms?.interval(level: level) else { return Interval(mean: 0, count: ratios.count) }
    guard let lower = interval.lower, let upper = interval.upper else {
      return Interval(mean: exp(interval.mean), count: ratios.count)
    }
    return Interval(mean: exp(interval.mean), lower: exp(lower), upper: exp(upper), count: ratios.count)
  }

  /// One-sided p value against "the true ratio is at most `level`", a number above 0. Nil where there is no interval.
  public func pAbove(_ level: Double) -> Double? { logarithms?.pAbove(log(level)) }

  /// One-sided p value against "the true ratio is at least `level`". Nil where there is no interval.
  public func pBelow(_ level: Double) -> Double? { logarithms?.pBelow(log(level)) }
}
