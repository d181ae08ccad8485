import Randomness

/// A mean, or a ratio of means, and the interval that holds it with the level asked for.
public struct Interval: Sendable, Codable, Equatable {
  public let mean: Double
  public let lower: Double
  public let upper: Double
  /// How many values it was made of: seeds, mostly.
  public let count: Int

  public init(mean: Double, lower: Double, upper: Double, count: Int) {
    self.mean = mean
    self.lower = lower
    self.upper = upper
    self.count = count
  }
}

/// Percentile bootstrap interval of the mean: the values are drawn anew, with replacement, `resamples` times, and the
/// (1 - level) / 2 and (1 + level) / 2 quantiles of the means bound the interval.
///
/// Nil when there are no values or one isn't finite; one value gives lower = upper = mean. With the few seeds that a
/// table has such an interval is too narrow (of normal values, simulated, it holds the true mean in 74% of cases with 3 values
/// and in 84% with 5); it shows the spread, and is no test of significance.
///
/// The same arguments give the same bits: resample i draws from `RandomStream(seed:, purpose: .bootstrap, index: i)`.
/// Cost: O(resamples x values). Source: Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapter 13.
public func bootstrapInterval(
  _ values: [Double], level: Double = 0.95, resamples: Int = 10_000, seed: UInt64 = 0
) -> Interval? {
  interval(of: mean(values), count: values.count, level, resamples, seed) { stream in
    resampledMean(values, &stream)
  }
}

/// Percentile bootstrap interval of mean(numerators) / mean(denominators): RSS as a part of cross-entropy, say.
///
/// Equal counts are taken as pairs (value i of both has seed i) and drawn together, so that what a seed does to both
/// cancels; else each list is drawn by itself. Nil when a list is empty, a value isn't finite, or a mean of the
/// denominators, as given or as resampled, is 0. `count` is that of the shorter list.
public func bootstrapRatio(
  _ numerators: [Double], over denominators: [Double], level: Double = 0.95, resamples: Int = 10_000, seed: UInt64 = 0
) -> Interval? {
  let ratio = mean(numerators) / mean(denominators)
  let count = min(numerators.count, denominators.count)
  let paired = numerators.count == denominators.count
  return interval(of: ratio, count: count, level, resamples, seed) { stream in
    guard paired else { return resampledMean(numerators, &stream) / resampledMean(denominators, &stream) }
    var (above, below) = (0.0, 0.0)
    for _ in 0..<count {
      let pair = stream.integer(below: count)
      above += numerators[pair]
      below += denominators[pair]
    }
    return (above / Double(count)) / (below / Double(count))  // rounded as the ratio of the given values is
  }
}

private func mean(_ values: [Double]) -> Double {
  values.reduce(0, +) / Double(values.count)  // 0 / 0, which is not finite, for no values
}

private func resampledMean(_ values: [Double], _ stream: inout RandomStream) -> Double {
  var sum = 0.0
  for _ in values { sum += values[stream.integer(below: values.count)] }
  return sum / Double(values.count)
}

private func interval(
  of centre: Double, count: Int, _ level: Double, _ resamples: Int, _ seed: UInt64,
  resample: (inout RandomStream) -> Double
) -> Interval? {
  precondition(level > 0 && level < 1, "a level between 0 and 1, not \(level)")
  precondition(resamples > 0 && resamples <= UInt32.max, "\(resamples) resamples")
  guard count > 0, centre.isFinite else { return nil }
  var drawn: [Double] = []
  drawn.reserveCapacity(resamples)
  for index in 0..<UInt32(resamples) {
    var stream = RandomStream(seed: seed, purpose: .bootstrap, index: index)
    let value = resample(&stream)
    guard value.isFinite else { return nil }
    drawn.append(value)
  }
  drawn.sort()
  return Interval(
    mean: centre, lower: quantile((1 - level) / 2, of: drawn), upper: quantile((1 + level) / 2, of: drawn),
    count: count)
}

/// The quantile of sorted numbers, between the two nearest ones in proportion (type 7 of Hyndman and Fan 1996).
func quantile(_ part: Double, of sorted: [Double]) -> Double {
  let position = part * Double(sorted.count - 1)
  let below = Int(position)
  let above = min(below + 1, sorted.count - 1)
  return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
}
