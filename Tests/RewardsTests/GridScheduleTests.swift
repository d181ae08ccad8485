import Foundation
import Testing

@testable import Rewards

@Suite struct GridScheduleTests {
  @Test func stagesFollowEachOther() throws {
    let schedule = try #require(GridSchedule("8:0.1, 16:0.2,full"))
    let cells = [0, 9, 10, 19, 20, 99].map { schedule.cells(at: $0, of: 100) }
    #expect(cells == [8, 8, 16, 16, GridSchedule.pixels, GridSchedule.pixels])
    #expect(GridSchedule.full.cells(at: 0, of: 1) == GridSchedule.pixels)
    #expect(GridSchedule.whole.cells(at: 7, of: 10) == 1)
    #expect(GridSchedule.whole == GridSchedule(always: 1) && GridSchedule.whole != schedule)
  }

  @Test(arguments: ["full", "1", "8:0.1,full", "8:0.1,16:0.25,32:0.5,full", "full:0.5,1"]) func readsWhatItWrites(
    text: String
  ) throws {
    let schedule = try #require(GridSchedule(text))
    #expect(schedule.description == text)
    #expect(try JSONDecoder().decode([GridSchedule].self, from: JSONEncoder().encode([schedule])) == [schedule])
  }

  @Test(arguments: [
    "", "8:", "8:0.1", "0", "-3", "8:0.2,16:0.1,full", "8:0,full", "8:1,full", "8:nan,full", "8:0.1,,full", "9000",
    "8:0.1:2,full",
    "many",
  ]) func refusesWhatIsNone(text: String) {
    #expect(GridSchedule(text) == nil)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([GridSchedule].self, from: JSONEncoder().encode([text]))
    }
  }
}
