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
    let data = row.data.name
    return ComparisonFigure(
      name: name, headline: "What PSR, PSD and SyncAN each give on \(dataTitle(data))",
      finding: { archive in
        change(archive, from: "\(data)/ablation-none", to: "\(data)/ablation-psd").map {
          "PSD alone takes mIoU from \($0) to \($1) on \(dataTitle(data))"
        }
      },
      caption:
        "Ablation of progressive scale rewards, pair-wise spatial difference and synchronised advantage normalisation on "
        + "\(dataTitle(data)).",
      entries: (0..<8).map { subset in
        // Pairs with and without PSR stand together; the colour says which of the other two are on.
        let (psd, synced, psr) = (subset & 4 != 0, subset & 2 != 0, subset & 1 != 0)
        let names = zip(["psr", "psd", "syncan"], [psr, psd, synced]).filter(\.1).map(\.0)
        let labels = zip(["PSR", "PSD", "SyncAN"], [psr, psd, synced]).filter(\.1).map(\.0)
        let colour = [OkabeIto.purple, OkabeIto.blue, OkabeIto.orange, OkabeIto.vermilion][subset / 2]
        return Entry(
          row: names == ["psd", "syncan"]
            ? row.name
            : "\(data)/ablation-\(names.isEmpty ? "none" : names.joined(separator: "-"))",
          label: labels.isEmpty ? "none" : labels.joined(separator: " + "), factors: [psr, psd, synced],
          group: subset / 2,
          style: SeriesStyle(.colour(colour), dashes: psr ? [] : [4, 1.5], marker: psr ? .circle : .ring),
          fill: psr ? .solid : .hatched)
      },
      factors: ["PSR", "PSD", "SyncAN"], ceiling: "\(data)/ce")
  }

  static let maps = ComparisonFigure(
    name: "maps", headline: "What more maps per image give",
    finding: { archive in
      let recorded = entries("PSD, SyncAN over the batch").filter { !archive.runs(of: $0.row).isEmpty }
      guard let fewest = recorded.first, let most = recorded.last, fewest.row != most.row else { return nil }
      return change(archive, from: fewest.row, to: most.row).map {
        "From \(fewest.label) per image to \(most.label), mIoU goes from \($0) to \($1)"
      }
    },
    caption: "Image-level RSS with 2 to 256 action maps per image.",
    entries: entries("PSD, SyncAN over the batch"),
    ceiling: "fashion32/ce", curves: .queries)

  static let scores = ComparisonFigure(
    name: "scores", headline: "Which score the reward is",
    caption: "Image-level RSS with each score as its reward; all are measured by mIoU.",
    entries: entries("score, PSD with regression").map { entry in
      var entry = entry
      entry.label = Score(rawValue: entry.label).map(words) ?? entry.label
      return entry
    }, ceiling: "fashion32/ce")

  static let granularity = granularity(of: .fashion32Image, name: "granularity")

  private static func granularity(of row: Row, name: String) -> ComparisonFigure {
    let title = dataTitle(row.data.name)
    return ComparisonFigure(
      name: name, headline: "From a reward per pixel to one per image on \(title)",
      caption: "The same network with rewards per pixel, per patch and per image on \(title).",
      entries: entries("what one reward is about", of: row), ceiling: "\(row.data.name)/ce", curves: .queries)
  }

  /// The lines of Table 5 of one comparison, on the data of an image-level row.
  private static func entries(_ group: String, of row: Row = .fashion32Image) -> [Entry] {
    Row.comparisons(of: row).filter { $0.group == group }.map {
      Entry(row: $0.row.name, label: $0.setting.replacingOccurrences(of: " x ", with: "\u{a0}×\u{a0}"))
    }
  }

  /// The mIoU of two rows, as a headline says them; nil where one isn't recorded.
  private static func change(_ archive: RecordArchive, from: String, to: String) -> (String, String)? {
    guard let before = archive.runs(of: from).interval(\.result.mIoU)?.mean,
      let after = archive.runs(of: to).interval(\.result.mIoU)?.mean
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
