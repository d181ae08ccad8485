import Metrics
import Randomness
import Testing

@Suite struct StudentMeanTests {
  @Test func noValuesOrBrokenOnesHaveNoMean() {
    #expect(StudentMean(of: []) == nil)
    #expect(StudentMean(of: [1, .nan, 2]) == nil)
    #expect(StudentMean(of: [1, .infinity]) == nil)
    #expect(StudentMean(of: [1.7e308, -1.7e308, 1.7e308]) == nil)  // their distance is beyond every number
  }

  /// One seed or two: no interval, the values.
  @Test func oneValueOrTwoHaveNoInterval() throws {
    for values in [[0.25], [0.25, 0.75]] {
      let mean = try #require(StudentMean(of: values))
      #expect(mean.interval() == Interval(mean: values.count == 1 ? 0.25 : 0.5, count: values.count))
      #expect(mean.interval().lower == nil && mean.interval().upper == nil)
      #expect(mean.pAbove(0) == nil && mean.pBelow(0) == nil && mean.pOtherThan(0) == nil)
    }
    #expect(StudentMean(of: [0.25, 0.25, 0.75])?.interval().lower != nil)
  }

  @Test func equalValuesHaveNoWidth() throws {
    let mean = try #require(StudentMean(of: [0.1, 0.1, 0.1]))
    #expect(mean.interval() == Interval(mean: 0.1, lower: 0.1, upper: 0.1, count: 3))
    #expect(mean.pAbove(0.09) == 0 && mean.pAbove(0.1) == 1 && mean.pAbove(0.2) == 1)
    #expect(mean.pBelow(0.09) == 1 && mean.pBelow(0.1) == 1 && mean.pBelow(0.2) == 0)
    #expect(mean.pOtherThan(0.2) == 0 && mean.pOtherThan(0.1) == 1)
  }

  /// 1, 2, 3: s = 1, so the interval is 2 ± 4.302653 / sqrt(3).
  @Test func threeValuesByHand() throws {
    let interval = try #require(StudentMean(of: [1, 2, 3])).interval()
    let reach = 4.302652729749464 / 3.0.squareRoot()
    #expect(interval.mean == 2 && interval.count == 3)
    #expect(abs(try #require(interval.lower) - (2 - reach)) < 1e-12)
    #expect(abs(try #require(interval.upper) - (2 + reach)) < 1e-12)
  }

  @Test func intervalsAndTestsAreSciPys() throws {
    for golden in try Goldens.load().samples {
      let mean = try #require(StudentMean(of: golden.values))
      let interval = mean.interval()
      #expect(agree(try #require(interval.lower), golden.lower, within: 1e-12))
      #expect(agree(try #require(interval.upper), golden.upper, within: 1e-12))
      #expect(agree(try #require(mean.pAbove(golden.level)), golden.above, within: 1e-8))
      #expect(agree(try #require(mean.pBelow(golden.level)), golden.below, within: 1e-8))
      #expect(agree(try #require(mean.pOtherThan(golden.level)), golden.other, within: 1e-8))
    }
  }

  /// The bound reaches a level exactly where the one-sided p value is at most 0.025.
  @Test(arguments: 0..<50) func boundsAndPValuesSayTheSame(seed: UInt64) throws {
    var random = RandomStream(seed: seed, purpose: .scenes)
    let values = (0..<3 + random.integer(below: 6)).map { _ in Double(random.normal()) + 0.5 }
    let mean = try #require(StudentMean(of: values))
    let interval = mean.interval()
    let (lower, upper) = try (#require(interval.lower), #require(interval.upper))
    let (above, below) = try (#require(mean.pAbove(0)), #require(mean.pBelow(0)))
    #expect((lower > 0) == (above < 0.025) && (upper < 0) == (below < 0.025))
  }

  /// Of normal values the interval holds the truth in 95% of cases, also of three: what the bootstrap didn't.
  @Test(arguments: [3, 5, 10]) func theLevelIsKept(count: Int) throws {
    var random = RandomStream(seed: UInt64(count), purpose: .scenes)
    var held = 0
    for _ in 0..<4000 {
      let interval = try #require(StudentMean(of: (0..<count).map { _ in Double(random.normal()) })).interval()
      if try #require(interval.lower) <= 0 && 0 <= #require(interval.upper) { held += 1 }
    }
    // A share of 4000 has a standard deviation of 0.0034.
    #expect(abs(Double(held) / 4000 - 0.95) < 0.014)
  }
}
