import Support
import Training
import WeakSupervision

extension Row {
  /// Applies `key=value` settings in their order: of what the row does with tags, and of its recipe.
  ///
  /// - Throws: `InputError` as `Recipe.applying`.
  package func applying(_ settings: [String]) throws -> Row {
    var row = self
    for text in settings {
      if try applySetting(text, of: WeakRecipe.settings, to: &row.weak) { continue }
      if try applySetting(text, of: OneStageRecipe.settings, to: &row.oneStage) { continue }
      try row.recipe.apply(text)
    }
    row.connectStart(asIn: recipe)
    try row.requireWeightsOfWhatStays()
    try row.recipe.validate()
    try row.weak?.validate()
    try row.oneStage?.validate()
    return row
  }
}

extension Row {
  /// Of a row that goes on from a network which learned pseudo labels, that network is the same, and has the weights to start
  /// from.
  fileprivate mutating func connectStart(asIn earlier: Recipe) {
    guard var start = weak?.start else { return }
    if recipe.network != earlier.network { start.network = recipe.network }
    if recipe.shards != earlier.shards { start.shards = recipe.shards }
    if recipe.networkWidth != earlier.networkWidth { start.networkWidth = recipe.networkWidth }
    if recipe.fineTuning != earlier.fineTuning {
      start.fineTuning = recipe.fineTuning
      recipe.fineTuning?.weights = nil
    }
    weak?.start = start
  }

  /// - Throws: `InputError` where something is to stay as it is, and there is nothing but first weights.
  fileprivate func requireWeightsOfWhatStays() throws {
    guard let tuning = (weak?.start ?? recipe).fineTuning, tuning.weights == nil else { return }
    try requireSetting(
      "freeze", tuning.freeze == .none, found: tuning.freeze.rawValue, expected: "weights=… beside it, or none")
    try requireSetting(
      "batchNormalization", tuning.batchNormalization == .batch, found: tuning.batchNormalization.rawValue,
      expected: "weights=… beside it, whose statistics they are, or batch")
  }
}

extension Recipe {
  /// Applies `key=value` settings in their order.
  ///
  /// - Throws: `InputError` for an unknown key (with the nearest ones), a bad value, or a recipe that can't be.
  package func applying(_ settings: [String]) throws -> Recipe {
    var recipe = self
    for text in settings { try recipe.apply(text) }
    try recipe.validate()
    return recipe
  }

  fileprivate mutating func apply(_ text: String) throws {
    let keys = Recipe.settings.map(\.key)
    func wrong(_ found: String, _ expected: String) -> InputError {
      InputError(
        "--set \(text)", found: found, expected: expected, advice: "Keys: \(keys.joined(separator: ", ")).")
    }
    guard let (key, _) = parts(text) else { throw wrong("no =", "key=value, as in --set steps=2000") }
    var recipe: Recipe? = self
    guard try applySetting(text, of: Recipe.settings, to: &recipe) else {
      let near = nearestNames(to: key, in: keys)
      throw wrong("an unknown key \(key)", near.isEmpty ? "a key of the recipe" : near.joined(separator: " or "))
    }
    self = recipe ?? self
  }
}

/// Applies a setting to what a row may have; false where it hasn't, or the key is none of these.
///
/// - Throws: `InputError` for a value that the setting doesn't take.
private func applySetting<Root>(_ text: String, of settings: [Setting<Root>], to root: inout Root?) throws -> Bool {
  guard var changed = root, let (key, value) = parts(text), let setting = settings.first(where: { $0.key == key })
  else { return false }
  guard setting.apply(&changed, value) else {
    throw InputError(
      "--set \(text)", found: "the value \(value)", expected: setting.takes, advice: "Give \(key) such a value.")
  }
  root = changed
  return true
}

private func parts(_ text: String) -> (key: String, value: String)? {
  let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
  return parts.count == 2 ? (parts[0], parts[1]) : nil
}
