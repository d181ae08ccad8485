import Foundation
import Testing

@testable import Rows

@Suite struct RowTests {
  @Test func everyRowSurvivesJSON() throws {
    for var row in Row.all {
      row.expected = Row.Expected(mIoU: 1.0 / 3, tolerance: 0.02)
      row.data.directory = "a folder"
      row.data.remap = "voc7"
      let data = try JSONEncoder().encode(row)
      #expect(try JSONDecoder().decode(Row.self, from: data) == row)
    }
  }
}
