import Datasets
import Foundation
import Metrics
import Rows
import Support
import Training
import WeakSupervision

/// `run.json`: one finished run. Tables and figures are functions of such records and of nothing else.
package struct RunRecord: Codable, Sendable, Equatable {
  package static let currentFormat = 2

  package struct Data: Codable, Sendable, Equatable {
    package var name: String
    package var classes: [String]
    package var trainCount: Int
    package var trainFingerprint: String
    package var evaluationName: String
    package var evaluationCount: Int
    package var evaluationFingerprint: String
    package var backgroundClass: Int?

    package init(
      name: String, classes: [String], trainCount: Int, trainFingerprint: String, evaluationName: String,
      evaluationCount: Int, evaluationFingerprint: String, backgroundClass: Int?
    ) {
      (self.name, self.classes, self.backgroundClass) = (name, classes, backgroundClass)
      (self.trainCount, self.trainFingerprint) = (trainCount, trainFingerprint)
      (self.evaluationName, self.evaluationCount) = (evaluationName, evaluationCount)
      self.evaluationFingerprint = evaluationFingerprint
    }
  }

  package struct Result: Codable, Sendable, Equatable {
    /// Over the classes that occur in the split or in a prediction; nil where there is none.
    package var mIoU: Double?
    package var pixelAccuracy: Double?
    package var meanClassAccuracy: Double?
    /// Nil where the data has no background class.
    package var backgroundIoU: Double?
    package var perClassIoU: [Double?]
    /// Rows truth, columns prediction.
    package var confusion: [Int]

    package init(_ confusion: ConfusionMatrix, backgroundClass: Int?) {
      mIoU = confusion.meanIoU
      pixelAccuracy = confusion.pixelAccuracy
      meanClassAccuracy = confusion.meanClassAccuracy
      backgroundIoU = backgroundClass.flatMap { confusion.backgroundIoU(class: $0) }
      perClassIoU = confusion.perClassIoU
      self.confusion = confusion.counts
    }
  }

  package var format = currentFormat
  package var row: Row
  package var seed: UInt64
  package var data: Data
  package var parameters: Int
  package var result: Result
  package var steps: Int
  /// Reward queries spent over the run: pixels for pixel-level, maps for image-level reward, 0 for cross-entropy.
  package var queries: Int
  /// The program that gave the rewards; nil where the recipe's own score did.
  package var rewardCommand: String?
  /// SHA-256 of the file that training started from; nil where it started anew.
  package var weights: String?
  /// The same of what a classifier of tags started from.
  package var classifierWeights: String?
  /// How good the pseudo labels were; nil for rows that aren't weakly supervised.
  package var weak: WeakResult?
  /// Wall-clock time of training and its evaluations.
  package var seconds: Double
  package var peakMemoryMB: Double
  package var provenance: Provenance

  /// - Throws: `InputError` that names the file: unreadable, not a record, or of another format; and the field of a number that
  ///   can't be, or that isn't the one that the confusion matrix gives.
  package init(contentsOf path: String) throws {
    func wrong(_ found: String, _ expected: String) -> InputError {
      InputError(path, found: found, expected: expected, advice: "Delete the run's folder and run it again.")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw wrong("no readable file", "the run.json of a finished run")
    }
    struct Format: Codable { var format: Int }
    guard let format = try? JSONDecoder().decode(Format.self, from: data) else {
      throw wrong("something that is not a run record", "the run.json of a finished run")
    }
    guard format.format == Self.currentFormat else {
      throw wrong("format \(format.format)", "format \(Self.currentFormat)")
    }
    do {
      self = try JSONDecoder().decode(RunRecord.self, from: data)
    } catch {
      throw wrong("no usable \(Self.field(of: error))", "the run.json of a finished run")
    }
    try validate(readFrom: path)
  }

  /// The field that a record couldn't be read for.
  private static func field(of error: any Error) -> String {
    let path: [any CodingKey] =
      switch error as? DecodingError {
      case .keyNotFound(let key, let context)?: context.codingPath + [key]
      case .valueNotFound(_, let context)?, .typeMismatch(_, let context)?, .dataCorrupted(let context)?:
        context.codingPath
      default: []
      }
    return path.isEmpty ? "record" : path.map(\.stringValue).joined(separator: ".")
  }

  package func write(to path: String) throws {
    try AtomicFile.write(CanonicalJSON.encode(self, layout: .pretty, of: path), to: path)
  }
}

extension RunRecord {
  package init(
    row: Row, seed: UInt64, data: Data, parameters: Int, result: Result, queries: Int,
    rewardCommand: String? = nil, seconds: Double, provenance: Provenance = .current()
  ) {
    (self.row, self.seed, self.data, self.parameters, self.result) = (row, seed, data, parameters, result)
    (self.steps, self.queries, self.seconds) = (row.recipe.steps, queries, seconds)
    self.rewardCommand = rewardCommand
    peakMemoryMB = peakMemoryMegabytes()
    self.provenance = provenance
  }
}

extension RunRecord {
  /// How what it did differs from what the row does now, in words. Where a folder lies makes no difference.
  package func differences(from row: Row) throws -> [String] {
    func work(_ row: Row) -> Work {
      var data = row.data
      data.directory = nil
      return Work(data: data, recipe: row.recipe, weak: row.weak, oneStage: row.oneStage)
    }
    return try jsonDifferences(of: work(self.row), from: work(row))
  }

  /// Whether it says something about the row: a run of its name with other settings or on another split doesn't.
  package func isOf(_ row: Row) -> Bool { self.row.name == row.name && (try? differences(from: row))?.isEmpty == true }

  /// What a row does, without what it is called.
  private struct Work: Encodable {
    var data: DataSource
    var recipe: Recipe
    var weak: WeakRecipe?
    var oneStage: OneStageRecipe?
  }
}

extension RunRecord.Data {
  package init(_ splits: DatasetSplits, name: String, evaluated: any ImageDataset) {
    self.init(
      name: name, classes: splits.train.classes, trainCount: splits.train.count,
      trainFingerprint: splits.train.fingerprint, evaluationName: evaluated.name, evaluationCount: evaluated.count,
      evaluationFingerprint: evaluated.fingerprint, backgroundClass: splits.backgroundClass)
  }
}
