import Training

extension Row {
  /// The same data and recipe but for what `change` changes; where there is a row of that recipe already, that one.
  func variant(_ name: String, _ title: String, _ change: (Recipe) -> Recipe) -> Row {
    let changed = change(recipe)
    if let known = Self.named.first(where: { $0.data == data && $0.recipe == changed }) { return known }
    return Row("\(data.name)/\(name)", title, data, changed)
  }

  /// The rows that have names of their own.
  private static let named: [Row] = main + ours
}
