import Testing

@testable import Experiments

@Suite struct ProgressLineTests {
  @Test func durations() {
    #expect(ProgressLine.duration(0) == "0 s" && ProgressLine.duration(59.4) == "59 s")
    #expect(ProgressLine.duration(59.6) == "1 min 0 s" && ProgressLine.duration(3599) == "59 min 59 s")
    #expect(ProgressLine.duration(7260) == "2 h 1 min" && ProgressLine.duration(360_000) == "100 h 0 min")
  }
}
