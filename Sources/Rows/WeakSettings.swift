import Support
import Training
import WeakSupervision

/// `--set key=value` of a weakly supervised row: one field of its `WeakRecipe` by its name.
package struct WeakSetting: Sendable {
  package let key: String
  /// What it takes, for help and errors.
  package let takes: String
  let apply: @Sendable (inout WeakRecipe, String) -> Bool

  package static let all: [WeakSetting] = [
    WeakSetting(key: "seeds", takes: names(SeedMethod.self)) { weak, text in
      SeedMethod(rawValue: text).map { weak.seeds = $0 } != nil
    },
    WeakSetting(key: "refinement", takes: names(WeakRecipe.RefinementKind.self)) { weak, text in
      WeakRecipe.RefinementKind(rawValue: text).map { weak.refine(by: $0) } != nil
    },
    WeakSetting(key: "classifierWidth", takes: "a whole number") { weak, text in
      Int(text).map { weak.classifierWidth = $0 } != nil
    },
    WeakSetting(key: "classifierSteps", takes: "a whole number") { weak, text in
      Int(text).map { weak.classifierSteps = $0 } != nil
    },
    WeakSetting(key: "classifierLearningRate", takes: "a number") { weak, text in
      Float(text).map { weak.classifierLearningRate = $0 } != nil
    },
    WeakSetting(key: "outputStride", takes: "1, 2, 4 or 8") { weak, text in
      Int(text).map { weak.outputStride = $0 } != nil
    },
    WeakSetting(key: "scales", takes: "factors with commas between, as in 0.5,1,2") { weak, text in
      let factors = text.split(separator: ",", omittingEmptySubsequences: false).map { Float($0) }
      guard factors.allSatisfy({ $0 != nil }) else { return false }
      weak.scales = factors.compactMap { $0 }
      return true
    },
    WeakSetting(key: "mirrored", takes: "true or false") { weak, text in
      Bool(text).map { weak.mirrored = $0 } != nil
    },
    WeakSetting(key: "threshold", takes: "a number from 0 to 1, or tuned") { weak, text in
      guard text != "tuned" else {
        weak.threshold = nil
        return true
      }
      return Float(text).map { weak.threshold = $0 } != nil
    },
    part("crfSmoothness", \.crf, \.smoothnessWeight),
    part("crfAppearance", \.crf, \.appearanceWeight),
    part("crfPosition", \.crf, \.appearancePosition),
    part("crfColour", \.crf, \.appearanceColour),
    part("crfIterations", \.crf, \.iterations),
    WeakSetting(key: "dilations", takes: "pixels with commas between, as in 1,2,4, where PAMR refines") { weak, text in
      let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      guard numbers.allSatisfy({ $0 != nil }), weak.pamr != nil else { return false }
      weak.pamr?.dilations = numbers.compactMap { $0 }
      return true
    },
    part("iterations", \.pamr, \.iterations),
    part("affinityStride", \.affinity, \.stride),
    part("affinitySteps", \.affinity, \.steps),
    part("certain", \.affinity, \.certain),
    part("possible", \.affinity, \.possible),
    part("walkBeta", \.affinity, \.walk.beta),
    part("walkLogSteps", \.affinity, \.walk.logSteps),
  ]

  /// A field of what the row's refinement needs.
  private static func part<Part, Value: LosslessStringConvertible & SendableMetatype>(
    _ key: String, _ part: WritableKeyPath<WeakRecipe, Part?> & Sendable,
    _ field: WritableKeyPath<Part, Value> & Sendable
  ) -> WeakSetting {
    let what = Part.self == DenseCRF.self ? "a dense CRF" : Part.self == PAMR.self ? "PAMR" : "an affinity walk"
    return WeakSetting(
      key: key, takes: "a \(Value.self == Int.self ? "whole " : "")number, where \(what) refines"
    ) { weak, text in
      guard var own = weak[keyPath: part], let value = Value(text) else { return false }
      own[keyPath: field] = value
      weak[keyPath: part] = own
      return true
    }
  }

  private static func names<Value: RawRepresentable & CaseIterable>(_: Value.Type) -> String
  where Value.RawValue == String { "one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))" }
}

extension Row {
  /// Applies `key=value` settings in their order: a weakly supervised row's own, and those of its recipe.
  ///
  /// - Throws: `InputError` as `Recipe.applying`.
  package func applying(_ settings: [String]) throws -> Row {
    var row = self
    var others: [String] = []
    for text in settings where try !row.apply(text) { others.append(text) }
    row.recipe = try row.recipe.applying(others)
    try row.weak?.validate()
    try row.oneStage?.validate()
    return row
  }

  /// Applies a setting of what the row does with tags; false where it is none.
  private mutating func apply(_ text: String) throws -> Bool {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else { return false }
    let (key, value) = (parts[0], parts[1])
    func bad(_ takes: String) -> InputError {
      InputError(
        "--set \(text)", found: "the value \(value)", expected: takes, advice: "Give \(key) such a value.")
    }
    if var recipe = weak, let setting = WeakSetting.all.first(where: { $0.key == key }) {
      guard setting.apply(&recipe, value) else { throw bad(setting.takes) }
      weak = recipe
      return true
    }
    if var recipe = oneStage, let setting = OneStageSetting.all.first(where: { $0.key == key }) {
      guard setting.apply(&recipe, value) else { throw bad(setting.takes) }
      oneStage = recipe
      return true
    }
    return false
  }
}
