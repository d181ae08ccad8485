import Figures
import Foundation
import Images
import Records
import Rewards
import Rows

/// What each comparison compares: rows by name, and what the figure calls them.
extension ComparisonFigure {
  static let all = [
    mechanisms, mechanisms(of: .fashion64Image, name: "ablation-fashion64"),
    mechanisms(of: .camvidImage, name: "ablation-camvid"), maps, scores, granularity,
    granularity(of: .fashion64Image, name: "granularity-fashion64"),
    granularity(of: .camvidImage, name: "granularity-camvid"),
  ]

  /// Every subset of the paper's three mechanisms.
  static let mechanisms = mechanisms(of: .fashion32Image, name: "ablation")

  private static func mechanisms(of row: Row, name: String) -> ComparisonFigure {
    let title = dataTitle(row.data.name)
    let entries = Row.ablation(of: row).map { row in
      let (psr, psd) = (row.recipe.scales != .full, row.recipe.advantage == .psd)
      let factors = [psr, psd, row.recipe.syncAN == .batch]
      let labels = zip(["PSR", "PSD", "SyncAN"], factors).filter(\.1).map(\.0)
      // Pairs with and without PSR stand together; the colour says which of the other two are on.
      let group = (factors[1] ? 2 : 0) + (factors[2] ? 1 : 0)
      let colour = [OkabeIto.purple, OkabeIto.blue, OkabeIto.orange, OkabeIto.vermilion][group]
      return Entry(
        row: row, label: labels.isEmpty ? "none" : labels.joined(separator: " + "), factors: factors, group: group,
        style: SeriesStyle(.colour(colour), dashes: psr ? [] : [4, 1.5], marker: psr ? .circle : .ring),
        fill: psr ? .solid : .hatched)
    }.sorted { ($0.group, $0.factors[0] ? 1 : 0) < ($1.group, $1.factors[0] ? 1 : 0) }
    return ComparisonFigure(
      name: name, headline: "What PSR, PSD and SyncAN each give on \(title)",
      finding: { archive in
        change(archive, from: entries.first { $0.label == "none" }, to: entries.first { $0.label == "PSD" }).map {
          "PSD alone takes mIoU from \($0) to \($1) on \(title)"
        }
      },
      caption:
        "Ablation of progressive scale rewards, pair-wise spatial difference and synchronised advantage normalisation on "
        + "\(title).",
      entries: entries, factors: ["PSR", "PSD", "SyncAN"], ceiling: Method.crossEntropy.row(on: row.data.name))
  }

  static let maps = ComparisonFigure(
    name: "maps", headline: "What more maps per image give",
    finding: { archive in
      let recorded = entries("PSD, SyncAN over the batch").filter { !archive.runs(of: $0.row).isEmpty }
      guard let fewest = recorded.first, let most = recorded.last, fewest.row != most.row else { return nil }
      return change(archive, from: fewest, to: most).map {
        "From \(fewest.label) per image to \(most.label), mIoU goes from \($0) to \($1)"
      }
    },
    caption: "Image-level RSS by PSD and SyncAN with 2 to 256 action maps per image, on \(dataTitle("fashion32")).",
    entries: entries("PSD, SyncAN over the batch"),
    ceiling: .fashion32CrossEntropy, curves: .queries)

  static let scores = ComparisonFigure(
    name: "scores", headline: "Which score the reward is",
    caption:
      "PSD with regression with each score as its reward, on \(dataTitle("fashion32")); all are measured by mIoU.",
    entries: entries("score, PSD with regression").map { entry in
      var entry = entry
      entry.label = Score(rawValue: entry.label).map(words) ?? entry.label
      return entry
    }, ceiling: .fashion32CrossEntropy)

  static let granularity = granularity(of: .fashion32Image, name: "granularity")

  private static func granularity(of row: Row, name: String) -> ComparisonFigure {
    let title = dataTitle(row.data.name)
    return ComparisonFigure(
      name: name, headline: "From a reward per pixel to one per image on \(title): estimator and maps change, too",
      caption:
        "Rewards per pixel, per patch and per image on \(title). More than that changes: pixels are learned from by SyncAN over the batch"
        + " from one map, or with propensity weights from two; patches and images by PSD, normalised per image, from"
        + " \(row.recipe.maps) maps.",
      entries: entries("what one reward is about", of: row), ceiling: Method.crossEntropy.row(on: row.data.name),
      curves: .queries)
  }

  /// The lines of Table 5 of one comparison, on the data of an image-level row.
  private static func entries(_ group: String, of row: Row = .fashion32Image) -> [Entry] {
    Row.comparisons(of: row).filter { $0.group == group }.map {
      Entry(row: $0.row, label: $0.setting.replacingOccurrences(of: " x ", with: "\u{a0}×\u{a0}"))
    }
  }

  /// The mIoU of two entries, as a headline says them; nil where one isn't recorded.
  private static func change(_ archive: RecordArchive, from: Entry?, to: Entry?) -> (String, String)? {
    guard let before = archive.runs(of: from?.row).mean(\.result.mIoU),
      let after = archive.runs(of: to?.row).mean(\.result.mIoU)
    else { return nil }
    return (String(format: "%.2f", before), String(format: "%.2f", after))
  }

  private static func words(_ score: Score) -> String {
    switch score {
    case .meanIoU: "mean IoU"
    case .pixelAccuracy: "pixel accuracy"
    case .meanClassAccuracy: "mean class accuracy"
    case .dice: "Dice"
    }
  }
}
