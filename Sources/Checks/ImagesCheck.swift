import Datasets
import Foundation
import Metrics
import Records
import Rows
import Support
import Tables
import Training

/// What other validation images of the same kind would change: the rows that decide claims, and the cross-entropy that they are measured
/// against, each by one run, on images that are drawn anew from the validation split.
package struct ImagesCheck: Sendable {
  /// Where run folders with checkpoints lie.
  package var runs: String
  package var seed: UInt64

  package init(runs: String, seed: UInt64) { (self.runs, self.seed) = (runs, seed) }

  /// Cross-entropy before what is measured against it.
  package static let rows: [Row] = {
    let deciding = ClaimPlan.all.flatMap { $0.primary.map(\.row) }
    let labelled = (Row.main + Row.longer).filter { row in
      row.isCrossEntropy && deciding.contains { $0.data == row.data && $0.recipe.steps == row.recipe.steps }
    }
    return (labelled + deciding).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }()

  /// The rows whose checkpoint is there.
  package var present: [Row] {
    Self.rows.filter { FileManager.default.fileExists(atPath: checkpoint($0)) }
  }

  private func folder(_ row: Row) -> String { runFolder(of: row.name, seed: seed, under: runs) }
  private func checkpoint(_ row: Row) -> String { "\(folder(row))/checkpoint.safetensors" }

  /// - Parameter report: is told each row before it is measured.
  /// - Throws: `InputError` where no checkpoint is there, or one isn't that of its run's record.
  /// - Cost: one prediction for each image and row, a split at a time in memory, and 10,000 draws of images for each row.
  package func findings(report: (Row) -> Void) throws -> ValidationImages {
    guard !present.isEmpty else {
      throw InputError(
        runs, found: "no checkpoint of seed \(seed)", expected: "run folders such as \(folder(.fashion32CrossEntropy))",
        advice: "Train rows first, or name another folder with --runs.")
    }
    var matrices: [(row: Row, images: [ConfusionMatrix])] = []
    var findings: [ValidationImages.Finding] = []
    for row in present {
      report(row)
      let (record, images) = try measured(row)
      matrices.append((row, images))
      guard let mIoU = meanIoUOverImages(images) else { continue }
      let labelled = matrices.first {
        $0.row.isCrossEntropy && $0.row.data == row.data && $0.row.recipe.steps == row.recipe.steps
      }
      let ratio = row.isCrossEntropy ? nil : labelled.flatMap { meanIoURatioOverImages(images, over: $0.images) }
      findings.append(
        .init(
          row: row.name, seed: seed, data: record.data.evaluationName,
          fingerprint: record.data.evaluationFingerprint, mIoU: mIoU, ratio: ratio))
    }
    return ValidationImages(findings)
  }

  /// The matrix of each image of the split that the row's record is about.
  private func measured(_ row: Row) throws -> (record: RunRecord, images: [ConfusionMatrix]) {
    let path = "\(folder(row))/run.json"
    let record = try RunRecord(contentsOf: path)
    let dataset = try row.data.load().evaluated(on: row.recipe.evaluateOn)
    let known = record.data.evaluationFingerprint
    guard record.isOf(row), record.seed == seed, known == dataset.fingerprint || Fingerprint.isOfOldKind(known) else {
      throw InputError(
        path, found: "a run of other settings, another seed or other data", expected: "\(row.name) with seed \(seed)",
        advice: "Train the row again, or name another folder with --runs.")
    }
    let checkpoint = try Checkpoint(contentsOf: self.checkpoint(row))
    guard checkpoint.description.classes == dataset.classes else {
      throw InputError(
        self.checkpoint(row), found: "other classes than those of \(dataset.name)",
        expected: dataset.classes.joined(separator: ", "), advice: "Train the row again on this data.")
    }
    let images = try (0..<dataset.count).map { index in
      let sample = try dataset.sample(at: index)
      var matrix = ConfusionMatrix(classes: dataset.classes.count)
      try matrix.add(prediction: checkpoint.predict(sample.image), truth: sample.labels)
      return matrix
    }
    try require(images, toGive: record, checkpoint: self.checkpoint(row))
    return (record, images)
  }

  /// Another machine may round the pixel that lies between two classes otherwise; a checkpoint of another run differs by more.
  private static let rounding = 1e-3

  private func require(_ images: [ConfusionMatrix], toGive record: RunRecord, checkpoint: String) throws {
    var whole = ConfusionMatrix(classes: record.data.classes.count)
    for image in images { whole.merge(image) }
    let (found, said) = (whole.meanIoU ?? 0, record.result.mIoU ?? 0)
    guard abs(found - said) <= Self.rounding else {
      throw InputError(
        checkpoint, found: "a network with mIoU \(found)", expected: "\(said), as its run.json says",
        advice: "Train the row again: the folder holds files of two runs.")
    }
  }
}
