import WeakSupervision

/// `--set key=value` of a row that learns in one stage: one field of its `OneStageRecipe` by its name.
package struct OneStageSetting: Sendable {
  package let key: String
  /// What it takes, for help and errors.
  package let takes: String
  let apply: @Sendable (inout OneStageRecipe, String) -> Bool

  package static let all: [OneStageSetting] = [
    number("focalPower", \.focalPower),
    number("focalFloor", \.focalFloor),
    number("tagsAlone", \.tagsAlone),
    number("confidence", \.confidence),
    number("backgroundConfidence", \.backgroundConfidence),
    number("leastConfidence", \.leastConfidence),
    number("maskWeight", \.maskWeight),
    OneStageSetting(key: "dilations", takes: "pixels with commas between, as in 1,2,4") { recipe, text in
      let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      guard numbers.allSatisfy({ $0 != nil }) else { return false }
      recipe.refinement.dilations = numbers.compactMap { $0 }
      return true
    },
    OneStageSetting(key: "iterations", takes: "a whole number") { recipe, text in
      Int(text).map { recipe.refinement.iterations = $0 } != nil
    },
  ]

  private static func number(
    _ key: String, _ path: WritableKeyPath<OneStageRecipe, Float> & Sendable
  ) -> OneStageSetting {
    OneStageSetting(key: key, takes: "a number") { recipe, text in
      Float(text).map { recipe[keyPath: path] = $0 } != nil
    }
  }
}
