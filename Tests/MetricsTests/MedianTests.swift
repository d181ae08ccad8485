import Testing

@testable import Metrics

@Suite struct MedianTests {
  @Test func medians() {
    #expect(median([3]) == 3 && median([4, 1, 3]) == 3 && median([4, 1, 3, 2]) == 2.5)
    #expect(median([]).isNaN)
  }
}
