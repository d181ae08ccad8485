import Foundation
import Metrics
import Rows
import TestSupport
import Testing

@testable import Records

@Suite struct RunRecordTests {
  private func write(_ text: String, _ folder: TemporaryFolder) throws -> String {
    try folder.write(text, to: "run.json")
    return "\(folder.path)/run.json"
  }

  @Test func survivesItsFile() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/run.json"
    for row in [Row.camvidImage, .fashion32ImageNaive] {
      let record = try syntheticRecord(row, seed: .max, mIoU: 0.5)
      try record.write(to: path)
      #expect(try RunRecord(contentsOf: path) == record)
    }
  }

  @Test func missingScoresStayMissing() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/run.json"
    var record = try syntheticRecord(.camvidImage, seed: 1, mIoU: nil)
    record.result = .init(ConfusionMatrix(classes: 2), backgroundClass: 0)
    #expect(record.result.mIoU == nil && record.result.perClassIoU == [nil, nil])
    try record.write(to: path)
    #expect(try RunRecord(contentsOf: path) == record)
  }

  @Test func resultsComeFromTheConfusionMatrix() throws {
    var confusion = ConfusionMatrix(classes: 3)
    try confusion.add(predictions: [0, 0, 1, 1], truths: [0, 1, 1, 255])
    let result = RunRecord.Result(confusion, backgroundClass: 0)
    #expect(result.perClassIoU == [0.5, 0.5, nil] && result.mIoU == 0.5 && result.backgroundIoU == 0.5)
    #expect(result.pixelAccuracy == 2.0 / 3 && result.meanClassAccuracy == 0.75)
    #expect(result.confusion == [1, 0, 0, 1, 1, 0, 0, 0, 0])
    #expect(RunRecord.Result(confusion, backgroundClass: nil).backgroundIoU == nil)
  }

  @Test func anotherFormatIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = try write("{\"format\": 7, \"news\": true}", folder)
    let error = inputError { try RunRecord(contentsOf: path) }
    #expect(error.subject == path && error.found == "format 7" && error.expected == "format 2")
  }

  @Test func damagedFiles() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/run.json"
    #expect(inputError { try RunRecord(contentsOf: path) }.found == "no readable file")
    try syntheticRecord(.folderImage, seed: 1, mIoU: 0.5).write(to: path)
    let whole = try String(contentsOfFile: path, encoding: .utf8)
    for length in [0, 1, 20, whole.count / 2, whole.count - 2] {
      _ = try write(String(whole.prefix(length)), folder)
      #expect(inputError { try RunRecord(contentsOf: path) }.found == "something that is not a run record")
    }
    _ = try write(whole.replacingOccurrences(of: "\"seed\"", with: "\"sead\""), folder)
    #expect(inputError { try RunRecord(contentsOf: path) }.found == "no usable seed")
    _ = try write(whole.replacingOccurrences(of: "\"seconds\" : 1.5", with: "\"seconds\" : \"long\""), folder)
    #expect(inputError { try RunRecord(contentsOf: path) }.found == "no usable seconds")
    _ = try write("[1, 2]", folder)
    #expect(inputError { try RunRecord(contentsOf: path) }.advice.contains("run it again"))
  }
}
