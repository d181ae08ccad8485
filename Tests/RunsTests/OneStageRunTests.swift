import Datasets
import Foundation
import Records
import Rows
import Support
import Synchronization
import TestSupport
import Testing
import Training

@testable import Runs
@testable import WeakSupervision

@Suite struct OneStageRunTests {
  private func run(_ row: Row, in folder: TemporaryFolder, _ name: String = "run", seed: UInt64 = 1) throws -> RunRecord
  {
    try Runner(row, seed: seed, folder: "\(folder.path)/\(name)").run()
  }

  private func oneStageRow(_ folder: String) -> Row {
    var row = tinyRow(folder, name: "tiny/one-stage")
    var recipe = OneStageRecipe()
    recipe.refinement = PAMR(dilations: [1], iterations: 2)
    row.oneStage = recipe
    return row
  }

  @Test func oneStageWritesWhatARunHas() throws {
    let folder = try taggedFolder()
    let record = try run(oneStageRow(folder.path), in: folder)
    #expect(try RunRecord(contentsOf: "\(folder.path)/run/run.json") == record)
    _ = try Checkpoint(contentsOf: "\(folder.path)/run/checkpoint.safetensors")
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/run/classifier.safetensors"))
    let weak = try #require(record.weak)
    #expect(weak.tags == 11 && weak.averagePrecision.count == 1 && weak.threshold == nil)
    #expect(weak.seedMeanIoU == nil && record.queries == 0 && record.row.given == "tags")
    #expect(try metricsLines("\(folder.path)/run/metrics.jsonl").last?.step == 12)
  }

  /// Tags from label maps leave something to measure the masks against.
  @Test func oneStageIsMeasuredWhereThereAreLabels() throws {
    let folder = try taggedFolder()
    try folder.remove(TagFile.fileName)
    let weak = try #require(try run(oneStageRow(folder.path), in: folder).weak)
    #expect(weak.tags == 12 && weak.seedMeanIoU != nil && weak.refinedMeanIoU != nil)
  }

  @Test func oneStageNeedsNoTrainingLabels() throws {
    let folder = try taggedFolder()
    let first = try run(oneStageRow(folder.path), in: folder, "before")
    for id in 0..<12 { try folder.remove("labels/frame\(id).png") }
    let second = try run(oneStageRow(folder.path), in: folder, "after")
    #expect(second.result == first.result)
    let before = FileManager.default.contents(atPath: "\(folder.path)/before/checkpoint.safetensors")
    #expect(before != nil)
    #expect(FileManager.default.contents(atPath: "\(folder.path)/after/checkpoint.safetensors") == before)
  }

  @Test func oneStageGoesOnToTheSameBits() throws {
    let folder = try taggedFolder()
    let row = oneStageRow(folder.path)
    let whole = try run(row, in: folder, "whole")
    let asked = Mutex(0)
    let keeping = RunKeeping(resume: true) {
      asked.withLock {
        $0 += 1; return $0 > 5 ? 15 : nil
      }
    }
    #expect(throws: Interrupted.self) {
      try Runner(row, seed: 1, folder: "\(folder.path)/parts").run(keeping: keeping)
    }
    let parts = try Runner(row, seed: 1, folder: "\(folder.path)/parts").run(keeping: RunKeeping(resume: true))
    #expect(parts.result == whole.result)
    let expected = FileManager.default.contents(atPath: "\(folder.path)/whole/checkpoint.safetensors")
    #expect(expected != nil)
    #expect(FileManager.default.contents(atPath: "\(folder.path)/parts/checkpoint.safetensors") == expected)
    // Another recipe is another run.
    var changed = row
    changed.oneStage?.maskWeight = 2
    let other = Runner(changed, seed: 1, folder: "\(folder.path)/parts")
    #expect(inputError { try other.run(keeping: RunKeeping(resume: true)) }.found.contains("oneStage.maskWeight"))
  }

  /// Where tuning is cut from the training images, it has no labels to measure with.
  @Test func evaluatingWithoutLabelsIsRefused() throws {
    let folder = try taggedFolder()
    try folder.remove("tuning.txt")
    var row = oneStageRow(folder.path)
    row.recipe.evaluateOn = .tuning
    #expect(inputError { try run(row, in: folder) }.subject == "setting evaluateOn")
  }
}
