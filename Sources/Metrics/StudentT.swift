import Foundation

/// Student's t distribution: of a mean's distance from the truth, in units of its estimated standard error.
///
/// Source: Student, "The probable error of a mean", Biometrika 6, 1908; the tail by the incomplete beta function, NIST Digital
/// Library of Mathematical Functions, 8.17.
public struct StudentT: Sendable, Equatable {
  /// Degrees of freedom: values less one, for a mean.
  public let degrees: Double

  /// - Parameter degrees: of freedom, finite and above 0.
  public init(degrees: Double) {
    precondition(degrees > 0 && degrees.isFinite, "\(degrees) degrees of freedom")
    self.degrees = degrees
  }

  /// P(T > t), to a relative error of about 1e-12: `I_x(degrees / 2, 1 / 2) / 2` with `x = degrees / (degrees + t^2)`, for t >= 0.
  ///
  /// - Parameter t: any number, infinite ones too; not NaN.
  public func upperTail(_ t: Double) -> Double {
    precondition(!t.isNaN, "the tail of NaN")
    guard t >= 0 else { return 1 - upperTail(-t) }
    let square = t * t
    guard square.isFinite else { return 0 }
    let whole = degrees + square
    return incompleteBeta(degrees / whole, complement: square / whole, degrees / 2, 0.5) / 2
  }

  /// P(T <= t).
  public func cumulative(_ t: Double) -> Double { upperTail(-t) }

  /// The t that a part `probability` of the distribution lies below.
  ///
  /// Newton's steps on the tail, each held inside a bracket that shrinks, so that it ends whatever the shape; right to about
  /// 12 digits. Cost: some ten tails.
  ///
  /// - Parameter probability: between 0 and 1, neither of them.
  public func quantile(_ probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "the quantile of \(probability)")
    guard probability != 0.5 else { return 0 }
    // 1 - p is exact for p in 0.5...1.
    return probability < 0.5 ? -upperQuantile(probability) : upperQuantile(1 - probability)
  }

  /// The t with P(T > t) = tail, for a tail below a half.
  private func upperQuantile(_ tail: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    while upperTail(high) > tail { (low, high) = (high, 2 * high) }
    let scale = exp(lgamma((degrees + 1) / 2) - lgamma(degrees / 2)) / (degrees * .pi).squareRoot()
    var t = (low + high) / 2
    // A bracket that halves holds one number after some hundred steps; Newton's are done after ten.
    for _ in 0..<200 {
      let excess = upperTail(t) - tail
      if excess > 0 { low = t } else { high = t }
      let density = scale * pow(1 + t * t / degrees, -(degrees + 1) / 2)
      let newton = t + excess / density
      let next = newton > low && newton < high ? newton : (low + high) / 2
      if abs(next - t) <= 1e-14 * t { return next }
      t = next
    }
    return t
  }
}
