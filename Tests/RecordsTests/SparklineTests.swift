import Testing

@testable import Records

@Suite struct SparklineTests {
  @Test func curves() {
    #expect(Sparkline.text([], width: 10) == "" && Sparkline.text([1], width: 0) == "")
    #expect(Sparkline.text([0, 1], width: 10) == "▁█")
    #expect(Sparkline.text([5, 5, 5], width: 10) == "▁▁▁")
    #expect(Sparkline.text([0, 0, 7, 7], width: 2) == "▁█")
    #expect(Sparkline.text((0..<1000).map(Double.init), width: 8) == "▁▂▃▄▅▆▇█")
    #expect(Sparkline.text([0, .nan, 1], width: 3) == "▁×█" && Sparkline.text([.infinity], width: 3) == "×")
  }
}
