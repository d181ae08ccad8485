/// A number that was estimated, and the interval around it that holds the true one with the level asked for.
///
/// The bounds are missing where the values are too few to say anything about their spread; then the values are shown
/// themselves. Both bounds are there or neither is.
public struct Interval: Sendable, Codable, Equatable {
  /// The estimate: a mean, or a geometric mean of ratios.
  public let mean: Double
  /// Lower bound; nil where there are too few values for one.
  public let lower: Double?
  /// Upper bound; nil where there are too few values for one.
  public let upper: Double?
  /// How many values it was made of: seeds, or images.
  public let count: Int

  /// The fewest values that have an interval. With two, Student's factor at 95% is 12.7: such an interval says less than the two
  /// values do.
  public static let fewest = 3

  /// An estimate without an interval.
  public init(mean: Double, count: Int) {
    (self.mean, self.count, lower, upper) = (mean, count, nil, nil)
  }

  /// - Parameters:
  ///   - lower: at most `upper`.
  public init(mean: Double, lower: Double, upper: Double, count: Int) {
    precondition(lower <= upper, "an interval from \(lower) to \(upper)")
    (self.mean, self.lower, self.upper, self.count) = (mean, lower, upper, count)
  }

  /// Refuses one bound without the other, and bounds in the wrong order.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    mean = try container.decode(Double.self, forKey: .mean)
    count = try container.decode(Int.self, forKey: .count)
    lower = try container.decodeIfPresent(Double.self, forKey: .lower)
    upper = try container.decodeIfPresent(Double.self, forKey: .upper)
    let fits = if let lower, let upper { lower <= upper } else { lower == nil && upper == nil }
    guard fits, count > 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .lower, in: container, debugDescription: "an interval has both bounds in order, or none, and a count")
    }
  }
}
