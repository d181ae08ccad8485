import Foundation
import Metrics
import Testing

@Suite struct PairedRatioTests {
  @Test func whereThereIsNoRatio() {
    #expect(PairedRatio([]) == nil)
    #expect(PairedRatio([(1, 0)]) == nil)
    #expect(PairedRatio([(1, 1), (1, -1)]) == nil)
    #expect(PairedRatio([(-1, 1)]) == nil)
    #expect(PairedRatio([(.nan, 1)]) == nil && PairedRatio([(1, .infinity)]) == nil)
    #expect(PairedRatio([(1e300, 1e-300)]) == nil)
  }

  /// A run that found nothing has a ratio of 0 and no logarithm: the values stay, an interval there is none.
  @Test func aRatioOfZero() throws {
    let ratio = try #require(PairedRatio([(0.5, 1), (0, 1), (0.5, 1)]))
    #expect(ratio.ratios == [0.5, 0, 0.5])
    #expect(ratio.interval() == Interval(mean: 0, count: 3))
    #expect(ratio.pAbove(0.1) == nil && ratio.pBelow(0.1) == nil)
  }

  @Test func oneOrTwoPairsHaveNoInterval() throws {
    #expect(try #require(PairedRatio([(0.5, 1)])).interval().upper == nil)
    let two = try #require(PairedRatio([(0.5, 1), (2, 1)])).interval()
    #expect(two.count == 2 && two.lower == nil)
    #expect(abs(two.mean - 1) < 1e-15)  // the geometric mean of a half and two
  }

  @Test func somethingOverItself() throws {
    let ratio = try #require(PairedRatio([(0.71, 0.71), (0.3, 0.3), (0.5, 0.5)]))
    #expect(ratio.interval() == Interval(mean: 1, lower: 1, upper: 1, count: 3))
  }

  /// What a seed does to both cancels.
  @Test func pairsCancelWhatTheyShare() throws {
    let bounds = try #require(PairedRatio([0.4, 0.6, 0.8, 0.5].map { (0.98 * $0, $0) })).interval()
    let (lower, upper) = try (#require(bounds.lower), #require(bounds.upper))
    #expect(abs(lower - 0.98) < 1e-12 && abs(upper - 0.98) < 1e-12)
  }

  /// a over b and b over a say the same.
  @Test func theInverseHasTheInverseBounds() throws {
    let pairs = [(0.5, 0.6), (0.55, 0.6), (0.45, 0.62)]
    let one = try #require(PairedRatio(pairs)).interval()
    let other = try #require(PairedRatio(pairs.map { ($0.1, $0.0) })).interval()
    #expect(agree(one.mean, 1 / other.mean, within: 1e-14))
    let (lower, upper) = try (#require(one.lower), #require(other.upper))
    #expect(agree(lower, 1 / upper, within: 1e-12))
  }

  @Test func intervalsAndTestsAreSciPys() throws {
    for golden in try Goldens.load().ratios {
      let ratio = try #require(PairedRatio(golden.pairs))
      let interval = ratio.interval()
      #expect(agree(interval.mean, golden.mean, within: 1e-14))
      #expect(agree(try #require(interval.lower), golden.lower, within: 1e-11))
      #expect(agree(try #require(interval.upper), golden.upper, within: 1e-11))
      #expect(agree(try #require(ratio.pAbove(0.98)), golden.above, within: 1e-8))
      #expect(agree(try #require(ratio.pBelow(0.98)), golden.below, within: 1e-8))
    }
  }

  /// The choice between the two is no choice of results.
  @Test func fiellersIntervalIsNearlyTheSame() throws {
    for golden in try Goldens.load().ratios {
      let interval = try #require(PairedRatio(golden.pairs)).interval()
      let (lower, upper) = try (#require(interval.lower), #require(interval.upper))
      #expect(abs(lower - golden.fieller[0]) < 0.05 * (upper - lower))
      #expect(abs(upper - golden.fieller[1]) < 0.05 * (upper - lower))
    }
  }
}
