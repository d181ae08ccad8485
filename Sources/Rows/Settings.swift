import Rewards
import Support
import Training

/// `--set key=value`: one field of a recipe by its name.
package struct Setting: Sendable {
  /// As in `run.json`, but for `size`, which sets height and width.
  package let key: String
  /// What it takes, for help and errors.
  package let takes: String
  let apply: @Sendable (inout Recipe, String) -> Bool

  package static let all: [Setting] = [
    choice("objective", \.objective),
    number("maps", \.maps),
    choice("score", \.score),
    choice("advantage", \.advantage),
    choice("syncAN", \.syncAN),
    choice("pairDivision", \.pairDivision),
    schedule("scales", \.scales),
    schedule("regions", \.regions),
    number("propensityFloor", \.propensityFloor),
    number("exploration", \.exploration),
    number("entropyBonus", \.entropyBonus),
    number("networkWidth", \.networkWidth),
    number("steps", \.steps),
    number("batchSize", \.batchSize),
    Setting(key: "size", takes: "WIDTHxHEIGHT or one number for both") { recipe, text in
      let lengths = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
      guard (1...2).contains(lengths.count), let width = lengths[0],
        let height = lengths.count == 2 ? lengths[1] : width
      else { return false }
      (recipe.imageWidth, recipe.imageHeight) = (width, height)
      return true
    },
    choice("augmentation", \.augmentation),
    choice("optimizer", \.optimizer),
    number("learningRate", \.learningRate),
    choice("schedule", \.schedule),
    number("warmup", \.warmup),
    number("weightDecay", \.weightDecay),
    number("momentum", \.momentum),
    number("clip", \.clip),
    number("evaluations", \.evaluations),
    choice("evaluateOn", \.evaluateOn),
  ]

  private static func number<Value: LosslessStringConvertible & SendableMetatype>(
    _ key: String, _ path: WritableKeyPath<Recipe, Value> & Sendable
  ) -> Setting {
    Setting(key: key, takes: Value.self == Int.self ? "a whole number" : "a number") { recipe, text in
      guard let value = Value(text) else { return false }
      recipe[keyPath: path] = value
      return true
    }
  }

  private static func schedule(_ key: String, _ path: WritableKeyPath<Recipe, GridSchedule> & Sendable) -> Setting {
    Setting(key: key, takes: "cells along the shorter side, or stages such as 8:0.1,16:0.2,full") { recipe, text in
      guard let value = GridSchedule(text) else { return false }
      recipe[keyPath: path] = value
      return true
    }
  }

  private static func choice<Value: RawRepresentable & CaseIterable & SendableMetatype>(
    _ key: String, _ path: WritableKeyPath<Recipe, Value> & Sendable
  ) -> Setting where Value.RawValue == String {
    let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
    return Setting(key: key, takes: "one of \(known)") { recipe, text in
      guard let value = Value(rawValue: text) else { return false }
      recipe[keyPath: path] = value
      return true
    }
  }
}

extension Recipe {
  /// Applies `key=value` settings in their order.
  ///
  /// - Throws: `InputError` for an unknown key (with the nearest ones), a bad value, or a recipe that can't be.
  package func applying(_ settings: [String]) throws -> Recipe {
    var recipe = self
    for text in settings {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else {
        throw InputError(
          "--set \(text)", found: "no =", expected: "key=value, as in --set steps=2000",
          advice: "Keys: \(Setting.all.map(\.key).joined(separator: ", ")).")
      }
      guard let setting = Setting.all.first(where: { $0.key == parts[0] }) else {
        let near = nearestNames(to: parts[0], in: Setting.all.map(\.key))
        throw InputError(
          "--set \(text)", found: "an unknown key \(parts[0])",
          expected: near.isEmpty ? "a key of the recipe" : near.joined(separator: " or "),
          advice: "Keys: \(Setting.all.map(\.key).joined(separator: ", ")).")
      }
      guard setting.apply(&recipe, parts[1]) else {
        throw InputError(
          "--set \(text)", found: "the value \(parts[1])", expected: setting.takes,
          advice: "Give \(setting.key) such a value.")
      }
    }
    try recipe.validate()
    return recipe
  }
}
