import Testing

@testable import Records

@Suite struct DurationTextTests {
  @Test func durations() {
    #expect(durationText(0) == "0 s" && durationText(59.4) == "59 s")
    #expect(durationText(59.6) == "1 min 0 s" && durationText(3599) == "59 min 59 s")
    #expect(durationText(7260) == "2 h 1 min" && durationText(360_000) == "100 h 0 min")
  }

  /// Numbers in a record are data: none may trap.
  @Test func whatIsNoTime() {
    for value in [-1, .nan, .infinity, 1e19, 1e308] { #expect(durationText(value) == "–") }
  }
}
