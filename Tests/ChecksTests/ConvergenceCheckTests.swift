import Datasets
import Foundation
import Images
import Rewards
import Rows
import Support
import TestSupport
import Testing
import Training

@testable import Checks

@Suite struct ConvergenceCheckTests {
  private typealias Point = ConvergenceCheck.Point

  private func baseline(_ values: [[Double]]) -> ConvergenceCheck.Baseline {
    .init(
      row: "a/b",
      curves: values.map { curve in
        curve.enumerated().map { Point(step: $0.offset + 1, mIoU: $0.element, logGradientNorm: 0) }
      })
  }

  private let check = ConvergenceCheck(rows: [], seeds: 1)

  @Test func toleranceIsOfAPointAndItsNeighboursAndNoLessThanTheFloor() throws {
    let known = baseline([[0.5, 0.5, 0.6], [0.5, 0.5, 0.7], [0.5, 0.5, 0.8]])
    let findings = try check.compare([baseline([[0.51, 0.5, 0.6]])], with: [known], named: "file")
      .filter { $0.quantity == "mIoU" }
    #expect(zip(findings.map(\.baseline), [0.5, 0.5, 0.7]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(findings[0].tolerance == ConvergenceCheck.leastIoU)
    // Three seeds against one, variances 0, 0, 0.01: of the middle point a third of the sum, of the last one a half.
    #expect(abs(findings[1].tolerance - 5 * (0.01 / 3 * 4 / 3).squareRoot()) < 1e-12)
    #expect(abs(findings[2].tolerance - 5 * (0.01 / 2 * 4 / 3).squareRoot()) < 1e-12)
    #expect(findings.allSatisfy { $0.holds })
  }

  /// The committed baselines fit the rows, and each of their curves holds against the others: the check finds nothing
  /// where there is nothing to find.
  @Test func theCommittedBaselinesHoldAgainstThemselves() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("benchmarks/convergence.json").path
    let baselines = try ConvergenceCheck.readBaselines(path)
    try ConvergenceCheck().validate(baselines, named: path)
    for baseline in baselines {
      #expect(baseline.curves.count >= 10)
      for left in baseline.curves.indices {
        var others = baseline
        let curve = others.curves.remove(at: left)
        let found = ConvergenceCheck.Baseline(row: baseline.row, curves: [curve])
        for finding in try check.compare([found], with: [others], named: path) {
          #expect(finding.holds, "seed \(left + 1): \(finding.text)")
        }
      }
    }
  }

  @Test func whatMovedIsNamed() throws {
    let findings = try check.compare([baseline([[0.4]])], with: [baseline([[0.5], [0.5]])], named: "file")
    let moved = findings.filter { !$0.holds }
    #expect(moved.map(\.text) == ["a/b: mIoU at step 1 is 0.400, baseline 0.500 give or take 0.030"])
  }

  @Test func aCurveThatIsNoNumberDoesNotHold() throws {
    let findings = try check.compare([baseline([[.nan]])], with: [baseline([[0.5]])], named: "file")
    #expect(!findings[0].holds)
  }

  @Test func missingAndOtherBaselines() throws {
    // A second seed's curve lacks a point.
    let error = inputError {
      try check.compare([baseline([[0.5, 0.6], [0.5]])], with: [baseline([[0.5, 0.6]])], named: "file")
    }
    #expect(error.found == "a curve at steps [1]")
    #expect(throws: InputError.self) { try check.compare([baseline([[0.5]])], with: [], named: "file") }
    #expect(throws: InputError.self) {
      try check.compare([baseline([[0.5]])], with: [baseline([[0.5, 0.6]])], named: "file")
    }
    #expect(throws: InputError.self) { try ConvergenceCheck.readBaselines("/nowhere/convergence.json") }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("convergence.json").path
    try Data("{".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: InputError.self) { try ConvergenceCheck.readBaselines(path) }
    try ConvergenceCheck.write([baseline([[0.5, 0.25]])], to: path)
    #expect(try ConvergenceCheck.readBaselines(path) == [baseline([[0.5, 0.25]])])
  }

  /// Faults that this check is there for, planted in short runs of the real row: the reward's sign, no SyncAN, labels
  /// of another class. The row itself, with a seed that isn't in the baseline, passes.
  @Test func plantedFaultsAreCaught() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try FashionScenes.load(.fashion32)
    var row = ConvergenceCheck.measured(.fashion32Image)
    row.recipe.steps = 100
    var runs = 0
    func curve(_ row: Row, seed: UInt64, on data: DatasetSplits) throws -> [Point] {
      runs += 1
      return try ConvergenceCheck.train(row, seed: seed, on: data, under: "\(folder)/\(runs)")
    }
    let baseline = ConvergenceCheck.Baseline(
      row: row.name, curves: try (1...3).map { try curve(row, seed: $0, on: data) })
    func moved(_ curve: [Point]) throws -> [ConvergenceCheck.Finding] {
      try check.compare([.init(row: row.name, curves: [curve])], with: [baseline], named: "planted").filter {
        !$0.holds
      }
    }
    #expect(try moved(curve(row, seed: 4, on: data)).isEmpty)

    var withoutSyncAN = row
    withoutSyncAN.recipe.syncAN = .off
    #expect(try moved(curve(withoutSyncAN, seed: 1, on: data)).contains { $0.quantity == "log gradient norm" })

    let labelled = try data.trainingLabels(for: "a test")
    let shifted = data.learning(from: ShiftedLabels(base: labelled))
    #expect(try moved(curve(row, seed: 1, on: shifted)).contains { $0.quantity == "mIoU" })

    var truths: [[Float]: LabelMap] = [:]
    for index in 0..<labelled.count {
      let sample = try labelled.sample(at: index)
      truths[sample.image.values] = sample.labels
    }
    let known = truths
    var negated: [Point] = []
    let trainer = try Trainer(
      row.recipe, on: data, seed: 1,
      environment: FunctionEnvironment { image, mask in
        let truth = try #require(known[image.values])
        let present = Set(truth.classes)
        return -present.sorted().reduce(0.0) { sum, k in
          let hits = zip(mask.classes, truth.classes).count { $0 == k && $1 == k }
          let union = zip(mask.classes, truth.classes).count { $0 == k || $1 == k }
          return sum + Double(hits) / Double(union)
        } / Double(present.count)
      })
    var norm = 0.0
    _ = try trainer.run { event in
      switch event {
      case .step(let step): norm = step.gradientNorm
      case .evaluation(let step, let confusion) where ConvergenceCheck.steps(of: row).contains(step):
        negated.append(Point(step: step, mIoU: confusion.meanIoU ?? 0, logGradientNorm: log(max(norm, 1e-30))))
      default: break
      }
    }
    #expect(try moved(negated).contains { $0.quantity == "mIoU" })
  }
}

/// Every label is the next class's.
private struct ShiftedLabels: LabelledDataset {
  let base: any LabelledDataset
  var name: String { base.name }
  var classes: [String] { base.classes }
  var count: Int { base.count }
  var channels: Int { base.channels }
  var fingerprint: String { base.fingerprint }
  func identifier(at index: Int) -> String { base.identifier(at: index) }
  func size(at index: Int) throws -> PixelSize { try base.size(at: index) }
  func sample(at index: Int) throws -> Sample {
    let sample = try base.sample(at: index)
    var labels = sample.labels
    for i in labels.classes.indices where labels.classes[i] != 255 {
      labels.classes[i] = UInt8((Int(labels.classes[i]) + 1) % classes.count)
    }
    return Sample(image: sample.image, labels: labels)
  }
}
