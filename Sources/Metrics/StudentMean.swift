/// The mean of values that are drawn independently from one normal distribution: its interval, and tests of it.
///
///     mean ± t(degrees) * s / sqrt(n),   s^2 = sum (value - mean)^2 / (n - 1),   degrees = n - 1
///
/// Values are of seeds, mostly: what they say is about other seeds of the same data, not about other data. Source: Student, "The
/// probable error of a mean", Biometrika 6, 1908.
public struct StudentMean: Sendable, Equatable {
  /// Their arithmetic mean.
  public let mean: Double
  /// How many values.
  public let count: Int
  /// s / sqrt(n); nil for one value.
  public let standardError: Double?

  /// Nil where there is no value, or one that isn't finite.
  public init?(of values: [Double]) {
    guard let first = values.first, values.allSatisfy(\.isFinite) else { return nil }
    let n = Double(values.count)
    // From the first value on, so that equal values have a spread of exactly 0.
    let mean = first + values.reduce(0) { $0 + ($1 - first) } / n
    guard mean.isFinite else { return nil }
    (self.mean, count) = (mean, values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    standardError = values.count > 1 ? (squares / (n - 1) / n).squareRoot() : nil
  }

  /// The interval that holds the true mean with probability `level`; without bounds for fewer than `Interval.fewest` values.
  public func interval(level: Double = 0.95) -> Interval {
    precondition(level > 0 && level < 1, "a level between 0 and 1, not \(level)")
    guard count >= Interval.fewest, let standardError else { return Interval(mean: mean, count: count) }
    let reach = StudentT(degrees: Double(count - 1)).quantile((1 + level) / 2) * standardError
    return Interval(mean: mean, lower: mean - reach, upper: mean + reach, count: count)
  }

  /// One-sided p value against "the true mean is at most `level`": small where the values speak for a mean above it.
  ///
  /// Nil where there is no interval, for the same reason. Where all values are equal, 0 above the level and 1 at it and below.
  /// At most (1 - L) / 2 exactly where the interval of level L lies above `level`.
  public func pAbove(_ level: Double) -> Double? {
    guard count >= Interval.fewest, let standardError else { return nil }
    guard standardError > 0 else { return mean > level ? 0 : 1 }
    return StudentT(degrees: Double(count - 1)).upperTail((mean - level) / standardError)
  }

  /// One-sided p value against "the true mean is at least `level`". Otherwise as `pAbove(_:)`.
  public func pBelow(_ level: Double) -> Double? {
    guard count >= Interval.fewest, let standardError else { return nil }
    guard standardError > 0 else { return mean < level ? 0 : 1 }
    return StudentT(degrees: Double(count - 1)).upperTail((level - mean) / standardError)
  }

  /// Two-sided p value against "the true mean is `level`". Nil where there is no interval.
  public func pOtherThan(_ level: Double) -> Double? {
    guard let above = pAbove(level), let below = pBelow(level) else { return nil }
    return min(1, 2 * min(above, below))
  }
}
