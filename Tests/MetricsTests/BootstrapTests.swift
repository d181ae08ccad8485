import Randomness
import Testing

@testable import Metrics

@Test func noValuesHaveNoInterval() {
  #expect(bootstrapInterval([]) == nil)
  #expect(bootstrapRatio([], over: []) == nil)
  #expect(bootstrapRatio([1], over: []) == nil)
  #expect(bootstrapRatio([], over: [1]) == nil)
}

@Test func valuesThatAreNotFiniteHaveNoInterval() {
  #expect(bootstrapInterval([1, .nan]) == nil)
  #expect(bootstrapInterval([1, .infinity]) == nil)
  #expect(bootstrapRatio([1, 2], over: [0, 0]) == nil)
  #expect(bootstrapRatio([1, 2], over: [0, 1]) == nil)  // one resample in four divides by zero
}

@Test func oneValueIsItsOwnInterval() {
  #expect(bootstrapInterval([0.7]) == Interval(mean: 0.7, lower: 0.7, upper: 0.7, count: 1))
  #expect(bootstrapRatio([0.7], over: [0.9]) == Interval(mean: 0.7 / 0.9, lower: 0.7 / 0.9, upper: 0.7 / 0.9, count: 1))
}

@Test func equalValuesHaveNoWidth() {
  let interval = bootstrapInterval([0.1, 0.1, 0.1])
  #expect(interval?.lower == interval?.mean && interval?.upper == interval?.mean)
  let ratio = bootstrapRatio([0.1, 0.1, 0.1], over: [0.3, 0.3, 0.3])
  #expect(ratio?.lower == ratio?.mean && ratio?.upper == ratio?.mean)
}

/// Two values have three resampled means, of probability 1/4, 1/2, 1/4.
@Test func twoValuesByEnumeration() {
  #expect(bootstrapInterval([0, 1], level: 0.4) == Interval(mean: 0.5, lower: 0.5, upper: 0.5, count: 2))
  #expect(bootstrapInterval([0, 1], level: 0.6) == Interval(mean: 0.5, lower: 0, upper: 1, count: 2))
}

@Test func theSameSeedGivesTheSameInterval() {
  let values = [0.31, 0.53, 0.97, 0.12, 0.4, 0.66, 0.85]
  #expect(bootstrapInterval(values, seed: 4) == bootstrapInterval(values, seed: 4))
  #expect(bootstrapInterval(values, seed: 4) != bootstrapInterval(values, seed: 5))
}

/// Many normal values: the interval is mean ± 1.96 standard deviation / sqrt(n).
@Test func manyValuesApproachTheNormalInterval() throws {
  var stream = RandomStream(seed: 21, purpose: .scenes)
  let values = (0..<400).map { _ in 3 + 2 * Double(stream.normal()) }
  let mean = values.reduce(0, +) / 400
  let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 400).squareRoot()
  let reach = 1.959964 * deviation / 20
  let interval = try #require(bootstrapInterval(values))
  #expect(abs(interval.mean - mean) < 1e-12)
  #expect(abs(interval.lower - (mean - reach)) < 0.06 * reach)
  #expect(abs(interval.upper - (mean + reach)) < 0.06 * reach)
  #expect(interval.count == 400)
}

@Test func aHigherLevelIsWider() throws {
  let values = [0.2, 0.4, 0.5, 0.55, 0.9, 1.3]
  let narrow = try #require(bootstrapInterval(values, level: 0.5))
  let wide = try #require(bootstrapInterval(values, level: 0.99))
  #expect(wide.lower < narrow.lower && narrow.upper < wide.upper)
}

/// Where each seed moves both runs alike, pairs keep the ratio while separate drawing would spread it.
@Test func pairsCancelWhatASeedDoesToBoth() throws {
  let denominators = [0.4, 0.6, 0.8, 0.5]
  let paired = try #require(bootstrapRatio(denominators.map { 0.98 * $0 }, over: denominators))
  #expect(abs(paired.lower - 0.98) < 1e-12 && abs(paired.upper - 0.98) < 1e-12)
  let separate = try #require(bootstrapRatio(denominators.map { 0.98 * $0 } + [0.98 * 0.575], over: denominators))
  #expect(separate.upper - separate.lower > 0.1)
  #expect(abs(separate.mean - 0.98) < 1e-12)
  #expect(separate.count == 4)
}

@Test func quantilesOfKnownNumbers() {
  #expect(quantile(0, of: [1, 2, 4]) == 1)
  #expect(quantile(1, of: [1, 2, 4]) == 4)
  #expect(quantile(0.5, of: [1, 2, 4]) == 2)
  #expect(quantile(0.75, of: [1, 2, 4]) == 3)
  #expect(quantile(0.3, of: [5]) == 5)
}
