import Testing

@testable import Figures

@Suite struct AxisTests {
  @Test func holdsWhatItIsGiven() {
    let axis = Axis("", holding: [3, .nan, 7, .infinity], including: 0)
    #expect(axis.low == 0 && axis.high == 7)
    #expect(Axis("", holding: []).low == 0 && Axis("", holding: []).high == 1)
    #expect(Axis("", holding: [], spread: .logarithmic).low == 1)
    #expect(Axis("", holding: [0, -1, 5, 500], spread: .logarithmic).low == 5)
    let one = Axis("", holding: [4])
    #expect(one.low == 2 && one.high == 6)
    #expect(Axis("", holding: [0], including: 0).low == 0)
  }

  @Test func places() throws {
    let linear = Axis("", from: 2, to: 4)
    #expect(linear.share(3) == 0.5 && linear.share(.nan) == nil && linear.share(5) == 1.5)
    let log = Axis("", from: 1, to: 100, spread: .logarithmic)
    #expect(abs(try #require(log.share(10)) - 0.5) < 1e-12)
    #expect(log.share(0) == nil && log.share(-1) == nil)
  }

  @Test func fromZeroEndsOnATick() {
    #expect(Axis.fromZero("", upTo: 0.72).high == 0.8)
    #expect(Axis.fromZero("", upTo: 0.6).high == 0.6)
    #expect(Axis.fromZero("", upTo: .nan).high == 1 && Axis.fromZero("", upTo: 0).high == 1)
  }
}
