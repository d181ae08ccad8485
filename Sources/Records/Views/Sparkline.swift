/// A row of characters as high as values are: a curve in a terminal.
enum Sparkline {
  private static let blocks = Array("▁▂▃▄▅▆▇█")

  /// Values in as many characters as there is room, each the mean of its share of them; `×` where one isn't finite.
  ///
  /// A flat row is drawn at the lowest height. Cost: O(values).
  static func text(_ values: [Double], width: Int) -> String {
    guard !values.isEmpty && width > 0 else { return "" }
    let columns = min(width, values.count)
    let means = (0..<columns).map { column in
      let part = values[column * values.count / columns..<(column + 1) * values.count / columns]
      return part.reduce(0, +) / Double(part.count)
    }
    let finite = means.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return String(repeating: "×", count: columns) }
    let scale = high > low ? Double(blocks.count - 1) / (high - low) : 0
    return String(means.map { $0.isFinite ? blocks[Int((($0 - low) * scale).rounded())] : "×" })
  }
}
