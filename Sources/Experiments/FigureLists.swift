import Figures

/// What each comparison compares: rows by name, and what the figure calls them.
extension ComparisonFigure {
  static let all = [mechanisms, maps, scores, granularity, estimators]

  /// Every subset of the paper's three mechanisms.
  static let mechanisms = ComparisonFigure(
    name: "ablation", headline: "What PSR, PSD and SyncAN each give",
    caption:
      "Ablation of progressive scale rewards, pair-wise spatial difference and synchronised advantage normalisation.",
    entries: (0..<8).map { subset in
      // Pairs with and without PSR stand together; the colour says which of the other two are on.
      let (psd, synced, psr) = (subset & 4 != 0, subset & 2 != 0, subset & 1 != 0)
      let names = zip(["psr", "psd", "syncan"], [psr, psd, synced]).filter(\.1).map(\.0)
      let labels = zip(["PSR", "PSD", "SyncAN"], [psr, psd, synced]).filter(\.1).map(\.0)
      let colour = [OkabeIto.purple, OkabeIto.blue, OkabeIto.orange, OkabeIto.vermilion][subset / 2]
      return Entry(
        row: names == ["psd", "syncan"]
          ? Row.fashion32Image.name
          : "fashion32/ablation-\(names.isEmpty ? "none" : names.joined(separator: "-"))",
        label: labels.isEmpty ? "none" : labels.joined(separator: " + "), factors: [psr, psd, synced],
        group: subset / 2,
        style: SeriesStyle(.colour(colour), dashes: psr ? [] : [4, 1.5], marker: psr ? .circle : .ring),
        fill: psr ? .solid : .hatched)
    },
    factors: ["PSR", "PSD", "SyncAN"], ceiling: "fashion32/ce")

  static let maps = ComparisonFigure(
    name: "maps", headline: "What more maps per image give",
    caption: "Image-level RSS with 2 to 256 action maps per image.",
    entries: entries("PSD, SyncAN over the batch"),
    ceiling: "fashion32/ce", curves: .queries)

  static let scores = ComparisonFigure(
    name: "scores", headline: "Which score the reward is",
    caption: "Image-level RSS with each score as its reward; all are measured by mIoU.",
    entries: entries("score, PSD with regression"), ceiling: "fashion32/ce")

  static let granularity = ComparisonFigure(
    name: "granularity", headline: "From a reward per pixel to one per image",
    caption: "The same network with rewards per pixel, per patch and per image.",
    entries: [
      .init(row: Row.fashion32Pixel.name, label: "each pixel")
    ] + entries("what one reward is about"), ceiling: "fashion32/ce", curves: .queries)

  static let estimators = ComparisonFigure(
    name: "estimators", headline: "What an estimator makes of the rewards it asks for",
    caption:
      "mIoU against reward queries: PSD with SyncAN over the batch, per image, and with the regression, each with its number of maps.",
    // Short names, because a bar's label has a bar's width.
    entries: [
      ("PSD, SyncAN over the batch", "batch"), ("PSD, normalised per image", "image"), ("PSD with regression", "regr."),
    ].flatMap { group, name in
      entries(group).filter { $0.label.hasSuffix(" maps") }.map {
        Entry(row: $0.row, label: "\(name) \($0.label.dropLast(" maps".count))")
      }
    }, ceiling: "fashion32/ce", curves: .queries)

  /// The lines of Table 5 of one comparison on fashion32.
  private static func entries(_ group: String) -> [Entry] {
    Row.comparisons(of: .fashion32Image).filter { $0.group == group }.map { Entry(row: $0.row.name, label: $0.setting) }
  }
}
