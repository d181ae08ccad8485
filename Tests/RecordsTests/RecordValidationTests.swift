import Foundation
import Metrics
import Rows
import TestSupport
import Testing

@testable import Records

@Suite struct RecordValidationTests {
  /// The error of a record that was changed after it was written.
  private func refusal(_ change: (inout RunRecord) -> Void) throws -> (file: String, found: String) {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/run.json"
    var record = try syntheticRecord(.fashion32CAM, seed: 1, mIoU: 0.5)
    record.weak = WeakResult(
      seedMeanIoU: 0.4, refinedMeanIoU: nil, tags: 9, meanAveragePrecision: nil, averagePrecision: [nil, 0.5],
      seconds: 3)
    try record.write(to: path)
    _ = try RunRecord(contentsOf: path)  // whole before it is changed
    change(&record)
    try record.write(to: path)
    let error = inputError { try RunRecord(contentsOf: path) }
    #expect(error.subject == path)
    return (error.subject, error.found)
  }

  /// An edited score doesn't become a claim.
  @Test func scoresAreThoseOfTheConfusionMatrix() throws {
    #expect(try refusal { $0.result.mIoU = 0.9 }.found == "result.mIoU 0.9")
    #expect(try refusal { $0.result.mIoU = nil }.found == "result.mIoU missing")
    #expect(try refusal { $0.result.pixelAccuracy = 0.99 }.found == "result.pixelAccuracy 0.99")
    #expect(try refusal { $0.result.meanClassAccuracy = 1 }.found == "result.meanClassAccuracy 1.0")
    #expect(try refusal { $0.result.backgroundIoU = 0.6 }.found == "result.backgroundIoU 0.6")
    #expect(try refusal { $0.result.perClassIoU[1] = 0.7 }.found == "result.perClassIoU[1] 0.7")
    #expect(try refusal { $0.result.perClassIoU = [0.5] }.found == "result.perClassIoU of 1")
  }

  /// Counts whose sum overflows used to trap where figures added them up.
  @Test func countsThatCanNotBe() throws {
    for counts in [[Int.max, 1, 1, 1], [-1, 0, 1, 1], [1, 1, 1]] {
      #expect(try refusal { $0.result.confusion = counts }.found.hasPrefix("result.confusion that is no"))
    }
    #expect(try refusal { $0.data.classes = [] }.found == "data.classes of 0")
    #expect(try refusal { $0.data.backgroundClass = 2 }.found == "data.backgroundClass 2")
  }

  @Test func numbersOutOfRange() throws {
    #expect(try refusal { $0.seconds = 1e300 }.found == "seconds 1e+300")
    #expect(try refusal { $0.seconds = -1 }.found == "seconds -1.0")
    #expect(try refusal { $0.steps = 0 }.found == "steps 0")
    #expect(try refusal { $0.queries = -5 }.found == "queries -5")
    #expect(try refusal { $0.queries = .max }.found == "queries \(Int.max)")
    #expect(try refusal { $0.parameters = .min }.found == "parameters \(Int.min)")
    #expect(try refusal { $0.peakMemoryMB = -3 }.found == "peakMemoryMB -3.0")
    #expect(try refusal { $0.data.evaluationCount = -1 }.found == "data.evaluationCount -1")
    #expect(try refusal { $0.provenance.threads = 0 }.found == "provenance.threads 0")
    #expect(try refusal { $0.weak?.tags = -1 }.found == "weak.tags -1")
    #expect(try refusal { $0.weak?.seconds = 1e18 }.found == "weak.seconds 1e+18")
    #expect(try refusal { $0.weak?.seedMeanIoU = 1.5 }.found == "weak.seedMeanIoU 1.5")
    #expect(try refusal { $0.weak?.averagePrecision = [-0.5] }.found == "weak.averagePrecision[0] -0.5")
  }

  /// Another machine rounds a mean's last digit otherwise.
  @Test func roundingIsForgiven() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/run.json"
    var record = try syntheticRecord(.fashion32Image, seed: 1, mIoU: 0.5)
    record.result.mIoU = 0.5.nextUp
    try record.write(to: path)
    #expect(try RunRecord(contentsOf: path) == record)
  }

  @Test func wrongRecordsAreLeftOutOfTheArchiveAndNamed() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("edited")
    try syntheticRecord(.fashion32Image, seed: 1, mIoU: 0.9).write(to: "\(folder.path)/edited/run.json")
    let archive = try RecordArchive(contentsOf: folder.path)
    #expect(archive.runs.isEmpty && archive.warnings.count == 1)
    #expect(archive.warnings[0].contains("edited/run.json: found result.mIoU 0.9; expected 0.5"))
  }

  /// A metrics line with a number that can't be is left out with its file, line and field; it used to trap where times are rounded.
  @Test(arguments: [
    (#""seconds":1e300,"queries":0,"step":1"#, "seconds 1e+300"),
    (#""seconds":-1,"queries":0,"step":1"#, "seconds -1.0"),
    (#""seconds":1,"queries":-1,"step":1"#, "queries -1"),
    (#""seconds":1,"queries":0,"step":-9223372036854775808"#, "step \(Int.min)"),
    (#""seconds":1,"queries":0,"step":1,"mIoU":1.5"#, "mIoU 1.5"),
    (#""seconds":1,"queries":0,"step":1,"pixelAccuracy":-2"#, "pixelAccuracy -2.0"),
  ])
  func linesOfMetrics(text: String, found: String) throws {
    let good = #"{"queries":0,"seconds":1,"step":10}"#
    let reading = MetricsReading(Data("\(good)\n{\(text)}\n".utf8), named: "m")
    #expect(reading.lines.map(\.step) == [10])
    #expect(reading.warnings.count == 1 && reading.warnings[0].hasPrefix("m, line 2: found \(found); expected"))
  }

  /// What used to trap `rss export tensorboard`.
  @Test func exportsOfImpossibleTimesDontTrap() throws {
    let folder = try TemporaryFolder()
    try folder.write("{\"queries\":0,\"seconds\":1e300,\"step\":500}\n", to: "metrics.jsonl")
    let (path, warnings) = try TensorBoardEvents.export(run: folder.path, to: "\(folder.path)/out")
    #expect(FileManager.default.fileExists(atPath: path) && warnings.count == 1)
  }
}
