import Datasets
import Foundation
import Images
import Records
import Rows
import Support
import Synchronization
import TestSupport
import Testing
import Training

@testable import Runs
@testable import WeakSupervision

@Suite struct WeakRunTests {
  private func weakRow(_ folder: String, _ change: (inout WeakRecipe) -> Void = { _ in }) -> Row {
    var row = tinyRow(folder, name: "tiny/cam")
    var weak = WeakRecipe(
      seeds: .cam, classifierWidth: 1, classifierSteps: 12, classifierLearningRate: 1e-2, outputStride: 2, scales: [1],
      mirrored: true)
    change(&weak)
    row.weak = weak
    return row
  }

  private func run(_ row: Row, in folder: TemporaryFolder, _ name: String = "run", seed: UInt64 = 1) throws -> RunRecord
  {
    try Runner(row, seed: seed, folder: "\(folder.path)/\(name)").run()
  }

  @Test func writesEverythingARunHas() throws {
    let folder = try taggedFolder()
    let record = try run(weakRow(folder.path), in: folder)
    #expect(try RunRecord(contentsOf: "\(folder.path)/run/run.json") == record)
    #expect(try metricsLines("\(folder.path)/run/metrics.jsonl").last?.step == 12)
    _ = try Checkpoint(contentsOf: "\(folder.path)/run/checkpoint.safetensors")
    let classifier = try ClassifierCheckpoint(contentsOf: "\(folder.path)/run/classifier.safetensors")
    #expect(classifier.description.classes == ["rectangle"])
    let weak = try #require(record.weak)
    #expect(weak.tags == 11 && weak.averagePrecision == [1] && weak.tuningSeedMeanIoU != nil)
    #expect(weak.seconds > 0 && record.seconds > weak.seconds)
    #expect(record.queries == 0 && record.row.given == "tags")
  }

  /// No training label is opened: without them the run is the same.
  @Test func trainingLabelsNeedNotBeThere() throws {
    let folder = try taggedFolder()
    let first = try run(weakRow(folder.path), in: folder, "before")
    #expect(first.weak?.seedMeanIoU == nil)  // nor are they measured against
    for id in 0..<12 { try folder.remove("labels/frame\(id).png") }
    var second = try run(weakRow(folder.path), in: folder, "after")
    (second.seconds, second.peakMemoryMB, second.provenance) = (first.seconds, first.peakMemoryMB, first.provenance)
    second.weak?.seconds = first.weak?.seconds ?? 0
    #expect(second == first)
    for file in ["checkpoint.safetensors", "classifier.safetensors"] {
      let before = FileManager.default.contents(atPath: "\(folder.path)/before/\(file)")
      #expect(before != nil && FileManager.default.contents(atPath: "\(folder.path)/after/\(file)") == before)
    }
  }

  /// Without a tag file, tags are the classes of the label maps, and the seeds are measured against these.
  @Test func tagsFromLabelMaps() throws {
    let folder = try taggedFolder()
    try folder.remove(TagFile.fileName)
    let weak = try #require(try run(weakRow(folder.path), in: folder).weak)
    #expect(weak.tags == 12)
    #expect(weak.seedMeanIoU != nil && weak.seedMeanIoU == weak.refinedMeanIoU)
    #expect(try #require(weak.oracleSeedMeanIoU) >= #require(weak.seedMeanIoU))
  }

  @Test func aThresholdNeedsATuningSplitWithLabels() throws {
    let folder = try taggedFolder()
    try folder.remove("tuning.txt")
    #expect(inputError { try run(weakRow(folder.path), in: folder) }.subject == "setting threshold")
    let record = try run(weakRow(folder.path) { $0.threshold = 0.4 }, in: folder)
    #expect(record.weak?.threshold == 0.4 && record.weak?.tuningSeedMeanIoU == nil)
  }

  @Test func dataWithoutBackgroundIsRefused() throws {
    let folder = try taggedFolder()
    try folder.write("0 wall\n1 rectangle\n255 void\n", to: "classes.txt")
    #expect(inputError { try run(weakRow(folder.path), in: folder) }.found == "no background class")
  }

  /// A reward's training begins with the network that learned the pseudo labels.
  @Test func rewardGoesOnFromTheWeakStart() throws {
    let folder = try taggedFolder()
    var row = weakRow(folder.path) { $0.start = tinyRow("").recipe }
    row.recipe = tinyRow("", .imageReward, steps: 1).recipe
    row.recipe.learningRate = 1e-12
    let started = try run(row, in: folder, "started")
    #expect(started.queries == 2 * 4 && started.row.given == "tags, reward queries")
    _ = try run(weakRow(folder.path), in: folder, "alone")
    let (a, b) = try (
      Checkpoint(contentsOf: "\(folder.path)/started/checkpoint.safetensors").network.parameters,
      Checkpoint(contentsOf: "\(folder.path)/alone/checkpoint.safetensors").network.parameters
    )
    for (x, y) in zip(a, b) {
      #expect(zip(x.value.scalars, y.value.scalars).allSatisfy { abs($0 - $1) < 1e-5 }, "\(x.name)")
    }
  }

  /// Stopped in the classifier, in the making of labels or in the training, and gone on with: the same bits as in one
  /// go. What is said to be kept is.
  @Test func goesOnToTheSameBits() throws {
    let folder = try taggedFolder()
    let row = weakRow(folder.path)
    let whole = try run(row, in: folder, "whole")
    let asked = Mutex(0)
    // The classifier asks after each of its 12 steps, the making of labels some 20 times, the training after each of
    // its 12 steps.
    var interruptions: [Interrupted] = []
    for most in [5, 11, 24] {
      asked.withLock { $0 = 0 }
      let keeping = RunKeeping(resume: true) {
        asked.withLock {
          $0 += 1; return $0 > most ? 15 : nil
        }
      }
      let error = #expect(throws: Interrupted.self) {
        try Runner(row, seed: 1, folder: "\(folder.path)/parts").run(keeping: keeping)
      }
      interruptions.append(try #require(error))
      let hasState = FileManager.default.fileExists(atPath: "\(folder.path)/parts/resume.safetensors")
      #expect(hasState == (most == 24))
      #expect(FileManager.default.fileExists(atPath: "\(folder.path)/parts/resume-classifier.safetensors"))
    }
    #expect(interruptions.map(\.step) == [6, 0, interruptions[2].step] && interruptions[2].step > 0)
    #expect(interruptions.map(\.isKept) == [true, false, true])
    #expect(interruptions[0].description.contains("step 6 of the classifier, which is kept"))
    #expect(interruptions[1].description.contains("while labels were made from tags: of this nothing is kept"))
    let parts = try Runner(row, seed: 1, folder: "\(folder.path)/parts").run(keeping: RunKeeping(resume: true))
    #expect(parts.result == whole.result)
    let left = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/parts")
    #expect(!left.contains { $0.hasPrefix("resume") })
    for file in ["checkpoint.safetensors", "classifier.safetensors"] {
      let expected = FileManager.default.contents(atPath: "\(folder.path)/whole/\(file)")
      #expect(expected != nil && FileManager.default.contents(atPath: "\(folder.path)/parts/\(file)") == expected)
    }
    // Another recipe of the labels is another run.
    let other = Runner(weakRow(folder.path) { $0.seeds = .gradCAM }, seed: 1, folder: "\(folder.path)/parts")
    #expect(inputError { try other.run(keeping: RunKeeping(resume: true)) }.found.contains("weak.seeds cam"))
  }

  /// Stopped in the network that learns the pseudo labels before rewards do, and gone on with: the same bits.
  @Test func theStartOfRewardsGoesOnToTheSameBits() throws {
    let folder = try taggedFolder()
    var row = weakRow(folder.path) { $0.start = tinyRow("").recipe }
    row.recipe = tinyRow("", .imageReward, steps: 3).recipe
    _ = try run(row, in: folder, "whole")
    let parts = Runner(row, seed: 1, folder: "\(folder.path)/parts")
    let asked = Mutex(0)
    let keeping = RunKeeping(resume: true) {
      asked.withLock {
        $0 += 1; return $0 > 36 ? 15 : nil
      }
    }
    let error = #expect(throws: Interrupted.self) { try parts.run(keeping: keeping) }
    #expect(error?.description.contains("of the network that learns the pseudo labels, which is kept") == true)
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/parts/resume-start.safetensors"))
    _ = try parts.run(keeping: RunKeeping(resume: true))
    for file in ["checkpoint.safetensors", "classifier.safetensors"] {
      let expected = FileManager.default.contents(atPath: "\(folder.path)/whole/\(file)")
      #expect(expected != nil && FileManager.default.contents(atPath: "\(folder.path)/parts/\(file)") == expected)
    }
  }

  /// Rows of one process share what follows from the same things, and end with the bits of a run alone.
  @Test func sharedWorkChangesNothing() throws {
    let folder = try taggedFolder()
    try folder.remove(TagFile.fileName)  // so that rewards have labels to compare with
    var started = weakRow(folder.path) { $0.start = tinyRow("").recipe }
    started.name = "tiny/cam+rss"
    started.recipe = tinyRow("", .imageReward, steps: 2).recipe
    var refined = weakRow(folder.path) { $0.refinement = .pamr }
    refined.name = "tiny/cam+pamr"
    let shared = SharedWork()
    for row in [weakRow(folder.path), refined, started] {
      let name = row.name.replacingOccurrences(of: "/", with: "-")
      let together = try Runner(row, seed: 1, folder: "\(folder.path)/\(name)-together", shared: shared).run()
      let alone = try run(row, in: folder, "\(name)-alone")
      #expect(
        together.result == alone.result && together.weak?.tuningRefinedMeanIoU == alone.weak?.tuningRefinedMeanIoU)
      #expect(together.weak?.refinedMeanIoU == alone.weak?.refinedMeanIoU)
      for file in ["checkpoint.safetensors", "classifier.safetensors"] {
        let expected = FileManager.default.contents(atPath: "\(folder.path)/\(name)-alone/\(file)")
        let found = FileManager.default.contents(atPath: "\(folder.path)/\(name)-together/\(file)")
        #expect(expected != nil && found == expected, "\(row.name) \(file)")
      }
    }
    // One classifier for three rows; the networks of CAM, which the last row goes on from, and of CAM with PAMR.
    #expect(shared.classifiers.count == 1 && shared.networks.count == 2)
    // Another seed, recipe or tag is another classifier.
    _ = try Runner(weakRow(folder.path), seed: 2, folder: "\(folder.path)/other", shared: shared).run()
    _ = try Runner(
      weakRow(folder.path) { $0.classifierSteps = 3 }, seed: 1, folder: "\(folder.path)/shorter", shared: shared
    ).run()
    #expect(shared.classifiers.count == 3)
  }

  /// A row that goes on from CAM's network counts the time that this one took, whoever trained it.
  @Test func sharedWorkIsCounted() throws {
    let folder = try taggedFolder()
    let shared = SharedWork()
    let first = try Runner(weakRow(folder.path), seed: 1, folder: "\(folder.path)/a", shared: shared).run()
    let trained = try #require(shared.classifiers.first).work.seconds
    let again = try Runner(weakRow(folder.path), seed: 1, folder: "\(folder.path)/b", shared: shared).run()
    #expect(trained > 0 && first.seconds > trained && again.seconds > trained)
    #expect(try #require(again.weak).seconds > trained)
  }

  @Test func aRewardProgramDoesNotFit() throws {
    let folder = try taggedFolder()
    let runner = Runner(
      weakRow(folder.path), seed: 1, folder: "\(folder.path)/run", rewardProgram: try .init(command: "cat"))
    #expect(inputError { try runner.run() }.subject == "--reward-command")
  }
}
