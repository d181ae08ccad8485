import Datasets
import Foundation
import Rows
import Support
import Training
import WeakSupervision

/// What decides a run's numbers: two runs that agree in it are the same run.
package struct RunIdentity: Codable, Equatable {
  package var row: String
  package var seed: UInt64
  package var recipe: Recipe
  package var weak: WeakRecipe?
  package var oneStage: OneStageRecipe?
  package var data: RunRecord.Data
  package var rewardCommand: String?
  /// SHA-256 of the file that training starts from.
  package var weights: String?
  /// The same of what a classifier of tags starts from.
  package var classifierWeights: String?

  /// - Throws: `InputError` where the weights can't be read.
  package init(_ row: Row, seed: UInt64, data: DatasetSplits, rewardCommand: String? = nil) throws {
    (self.row, self.seed, recipe) = (row.name, seed, row.recipe)
    (weak, oneStage) = (row.weak, row.oneStage)
    self.rewardCommand = rewardCommand
    self.data = .init(data, name: row.data.name, evaluated: data.split(row.recipe.evaluateOn))
    weights = try (row.weak?.start ?? row.recipe).weightsFile().map { try Fingerprint.ofFile($0) }
    classifierWeights = try row.weak.flatMap {
      try $0.classifierRecipe(within: row.recipe).weightsFile("classifierWeights")
    }.map { try Fingerprint.ofFile($0) }
  }

  package init(_ record: RunRecord) {
    (row, seed, recipe, data) = (record.row.name, record.seed, record.row.recipe, record.data)
    (weak, oneStage, rewardCommand) = (record.row.weak, record.row.oneStage, record.rewardCommand)
    (weights, classifierWeights) = (record.weights, record.classifierWeights)
  }

  /// The fields in which an earlier run differs from this one, in words: `recipe.steps 500 instead of 1000`.
  ///
  /// Fingerprints of the old kind, which this version can't make, aren't compared: the data's name, classes and sizes are.
  ///
  /// Nor is where the weights lie: what they are is.
  package func differences(of earlier: RunIdentity) throws -> [String] {
    var earlier = earlier
    if earlier.weights != nil, weights != nil {
      earlier.recipe.fineTuning?.weights = recipe.fineTuning?.weights
      earlier.weak?.start?.fineTuning?.weights = weak?.start?.fineTuning?.weights
    }
    if earlier.classifierWeights != nil, classifierWeights != nil {
      earlier.weak?.classifierWeights = weak?.classifierWeights
    }
    if Fingerprint.isOfOldKind(earlier.data.trainFingerprint) { earlier.data.trainFingerprint = data.trainFingerprint }
    if Fingerprint.isOfOldKind(earlier.data.evaluationFingerprint) {
      earlier.data.evaluationFingerprint = data.evaluationFingerprint
    }
    return try jsonDifferences(of: earlier, from: self)
  }
}

/// The fields in which one value differs from another, in words: `recipe.steps 500 instead of 1000`. Every leaf of the JSON by
/// its path, so that no field can be forgotten.
package func jsonDifferences<Value: Encodable>(of value: Value, from expected: Value) throws -> [String] {
  let (theirs, mine) = try (jsonFields(value), jsonFields(expected))
  return Set(mine.keys).union(theirs.keys).sorted().compactMap { key in
    let (mine, theirs) = (mine[key] ?? "none", theirs[key] ?? "none")
    return mine == theirs ? nil : "\(key) \(theirs) instead of \(mine)"
  }
}

/// Every leaf of a value's JSON by its path, such as `recipe.steps`.
func jsonFields(_ value: some Encodable) throws -> [String: String] {
  var fields: [String: String] = [:]
  func add(_ value: Any, _ path: String) {
    if let object = value as? [String: Any] {
      for (key, value) in object { add(value, path.isEmpty ? key : "\(path).\(key)") }
    } else if let list = value as? [Any] {
      fields[path] = list.map { "\($0)" }.joined(separator: ", ")
    } else {
      fields[path] = "\(value)"
    }
  }
  add(try JSONSerialization.jsonObject(with: CanonicalJSON.encode(value, of: "settings")), "")
  return fields
}
