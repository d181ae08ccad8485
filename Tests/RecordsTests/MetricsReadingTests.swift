import Foundation
import TestSupport
import Testing

@testable import Records

@Suite struct MetricsReadingTests {
  private let whole =
    "{\"queries\":0,\"seconds\":1,\"step\":10,\"loss\":2}\n{\"mIoU\":0.5,\"queries\":0,\"seconds\":2,\"step\":20}\n"

  @Test func wholeFiles() {
    let reading = MetricsReading(Data(whole.utf8), named: "m")
    #expect(reading.lines.map(\.step) == [10, 20] && reading.warnings.isEmpty)
    #expect(reading.evaluations.map(\.step) == [20])
    #expect(MetricsReading(Data(), named: "m") == MetricsReading(Data("\n\n".utf8), named: "m"))
  }

  /// Whatever the moment a run was killed at, what was whole before is read.
  @Test func aHalfWrittenLastLineIsSkippedWithAWarning() {
    for length in whole.utf8.count / 2 + 10..<whole.utf8.count - 1 {
      let reading = MetricsReading(Data(whole.utf8.prefix(length)), named: "m")
      #expect(reading.lines.map(\.step) == [10])
      #expect(reading.warnings == ["m: the last line isn't finished, and is left out."])
    }
    // Without its line break the last line is whole all the same.
    #expect(MetricsReading(Data(whole.utf8.dropLast()), named: "m").lines.count == 2)
  }

  @Test func aDamagedLineIsNamed() {
    let reading = MetricsReading(Data(("nonsense\n" + whole).utf8), named: "m")
    #expect(reading.lines.count == 2 && reading.warnings == ["m: line 1 isn't a line of metrics, and is left out."])
  }

  @Test func missingFile() {
    #expect(inputError { try MetricsReading(contentsOf: "/nonexistent") }.found == "no such file")
  }
}
