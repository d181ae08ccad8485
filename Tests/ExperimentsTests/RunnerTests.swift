import Foundation
import Testing

@testable import Experiments
@testable import Training

@Suite struct RunnerTests {
  @Test func recordsARun() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let row = tinyRow(data.path, .imageReward, name: "tiny/image", steps: 25)
    let folder = Runner.defaultFolder(row.name, seed: 7, under: runs.path)
    #expect(folder == "\(runs.path)/tiny-image-7")
    let record = try Runner(row, seed: 7, folder: folder).run()
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
        "checkpoint.safetensors", "metrics.jsonl", "run.json",
      ])
    #expect(try RunRecord(contentsOf: "\(folder)/run.json") == record)
    #expect(record.row == row && record.seed == 7 && record.steps == 25 && record.queries == 25 * 2 * 4)
    #expect(record.data.trainCount == 11 && record.data.evaluationCount == 3)
    #expect(record.data.classes == ["background", "rectangle"] && record.data.backgroundClass == 0)
    #expect(record.result.confusion.reduce(0, +) == 3 * 13 * 11)
    #expect(record.seconds > 0 && record.peakMemoryMB > 1)
    let lines = try metricsLines("\(folder)/metrics.jsonl")
    #expect(lines.filter { $0.mIoU == nil }.map(\.step) == [10, 20, 25])
    #expect(lines.filter { $0.mIoU != nil }.map(\.step) == [13, 25])
    #expect(lines.last?.mIoU == record.result.mIoU && lines.last?.queries == record.queries)
    #expect(lines.allSatisfy { ($0.mIoU == nil) == ($0.reward != nil) && $0.loss == nil })
    let checkpoint = try Checkpoint(contentsOf: "\(folder)/checkpoint.safetensors")
    #expect(checkpoint.description.row == "tiny/image" && checkpoint.description.seed == 7)
    let again = try Evaluator(
      row.data.load().validation, normalization: checkpoint.description.normalization, multiple: 8
    )
    .evaluate(checkpoint.network)
    #expect(again.counts == record.result.confusion)
  }

  /// A record and a checkpoint are always of one run: a run that fails leaves neither.
  @Test func aFailedRunRemovesWhatAnEarlierOneLeft() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    var row = tinyRow(data.path)
    _ = try Runner(row, seed: 1, folder: runs.path).run()
    (row.recipe.learningRate, row.recipe.steps) = (1e30, 60)
    let error = inputError { try Runner(row, seed: 1, folder: runs.path).run() }
    #expect(error.found.contains("not a finite number"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: runs.path) == ["metrics.jsonl"])
    _ = try metricsLines("\(runs.path)/metrics.jsonl")
  }

  @Test func badDataLeavesAnEarlierRunAlone() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let record = try Runner(tinyRow(data.path), seed: 1, folder: runs.path).run()
    try data.remove("labels/frame3.png")
    let error = inputError { try Runner(tinyRow(data.path), seed: 1, folder: runs.path).run() }
    #expect(error.subject.hasSuffix("labels/frame3.png"))
    #expect(try RunRecord(contentsOf: "\(runs.path)/run.json") == record)
  }

  @Test func aFileWhereTheFolderShouldBe() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    try runs.write("x", to: "taken")
    let error = inputError { try Runner(tinyRow(data.path), seed: 1, folder: "\(runs.path)/taken").run() }
    #expect(error.subject == "\(runs.path)/taken" && error.advice.contains("--out"))
  }
}
