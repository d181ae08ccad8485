import Foundation
import Metrics
import Testing

@Suite struct IntervalTests {
  @Test func survivesJSON() throws {
    for interval in [Interval(mean: 0.5, count: 2), Interval(mean: 0.5, lower: 0.25, upper: 1, count: 3)] {
      #expect(try JSONDecoder().decode(Interval.self, from: JSONEncoder().encode(interval)) == interval)
    }
  }

  @Test(arguments: [
    #"{"mean":1,"lower":0,"count":3}"#, #"{"mean":1,"upper":2,"count":3}"#,
    #"{"mean":1,"lower":2,"upper":0,"count":3}"#,
    #"{"mean":1,"count":0}"#, #"{"count":3}"#,
  ])
  func halfAnIntervalIsRefused(json: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Interval.self, from: Data(json.utf8)) }
  }
}
