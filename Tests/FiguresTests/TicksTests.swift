import Testing

@testable import Figures

@Suite struct TicksTests {
  @Test func nice() {
    #expect(Ticks.linear(from: 0, to: 1).labels == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(Ticks.linear(from: 0, to: 500).labels == ["0", "100", "200", "300", "400", "500"])
    #expect(Ticks.linear(from: -1, to: 1, most: 3).labels == ["−1", "0", "1"])
    #expect(Ticks.linear(from: 0, to: 40_000).labels == ["0", "10k", "20k", "30k", "40k"])
    #expect(Ticks.linear(from: 0.7, to: 0.7).values == [0.7])
  }

  @Test(arguments: [0.001, 0.3, 1, 7, 99, 12_345, 3e9], [2, 3, 6, 10])
  func areWithinAndFewEnough(high: Double, most: Int) {
    let ticks = Ticks.linear(from: 0, to: high, most: most)
    #expect((1...most).contains(ticks.values.count) && ticks.values.count == ticks.labels.count)
    #expect(ticks.values.allSatisfy { $0 >= 0 && $0 <= high * (1 + 1e-9) })
    #expect(Set(ticks.labels).count == ticks.labels.count)
  }

  @Test func logarithmic() {
    #expect(Ticks.logarithmic(from: 1000, to: 1e6).labels == ["1k", "10k", "100k", "1M"])
    #expect(Ticks.logarithmic(from: 10, to: 50).labels == ["10", "20", "50"])
    #expect(Ticks.logarithmic(from: 1, to: 1e12).values.count <= 6)
  }

  @Test func short() {
    #expect(
      [0, 12, 999, 1000, 128_000, 8_192_000, 2e9, 0.25, -1500].map(Ticks.short) == [
        "0", "12", "999", "1k", "128k", "8.2M", "2G", "0.25", "−1.5k",
      ])
    #expect(Ticks.plain(-0.0001, decimals: 2) == "0.00")
  }

  @Test func signs() {
    #expect([0.25, -0.25, 0, 0.001].map { Ticks.signed($0, decimals: 2) } == ["+0.25", "−0.25", "0.00", "0.00"])
  }
}
