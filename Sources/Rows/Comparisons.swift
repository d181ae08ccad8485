import Rewards
import Training

// Table 5: beyond the paper. Maps, scores, what one reward is about, and what else may be added.

extension Row {
  /// One line of Table 5: a row under what it is compared with.
  package struct Comparison: Sendable {
    package var group: String
    package var setting: String
    package var row: Row
  }

  /// Every comparison on the data of an image-level row.
  package static func comparisons(of row: Row) -> [Comparison] {
    func line(_ group: String, _ setting: String, _ name: String, _ change: (Recipe) -> Recipe) -> Comparison {
      Comparison(group: group, setting: setting, row: row.variant(name, "\(group): \(setting)", change))
    }
    let maps = [2, 4, 16, 64, 256]
    let estimators =
      maps.map { maps in
        line("PSD, SyncAN over the batch", "\(maps) maps", "psd-m\(maps)") { $0.with(\.maps, maps) }
      }
      + maps.map { maps in
        line("PSD, normalised per image", "\(maps) maps", "psd-image-m\(maps)") {
          $0.with(\.maps, maps).normalisedPerImage
        }
      }
      + maps.dropFirst().map { maps in
        line("PSD with regression", "\(maps) maps", "regression-m\(maps)") { $0.with(\.maps, maps).withRegression }
      }
    let scores = Score.allCases.map { score in
      line("score, PSD with regression", score.rawValue, "score-\(score.rawValue)") {
        $0.withRegression.with(\.score, score)
      }
    }
    // By both estimators: pixels are learned from otherwise than patches, and the weights alone change what they give.
    let pixels = (Self.main + Self.ours).filter { $0.data == row.data && $0.recipe.objective == .pixelReward }.map {
      Comparison(
        group: "what one reward is about",
        setting: $0.recipe.propensityFloor > 0 ? "each pixel, weighted" : "each pixel", row: $0)
    }
    let patches = [8, 4, 2].map { cells in
      line("what one reward is about", "each of \(cells) x \(cells) patches", "patches-\(cells)") {
        $0.normalisedPerImage.with(\.regions, GridSchedule(always: cells))
      }
    }
    // The same recipe as one of the estimators': one row, compared twice.
    let image = estimators.filter { $0.row.recipe == row.recipe.normalisedPerImage }.map {
      Comparison(group: "what one reward is about", setting: "the image", row: $0.row)
    }
    let growing = line("what one reward is about", "patches that grow to the image", "patches-growing") {
      $0.normalisedPerImage.with(\.regions, growingPatches)
    }
    let others = [
      line("added to the regression", "2% exploration", "regression-exploration") {
        $0.withRegression.with(\.exploration, 0.02)
      },
      line("added to the regression", "entropy bonus 0.01", "regression-entropy") {
        $0.withRegression.with(\.entropyBonus, 0.01)
      },
      line("added to the regression", "PSR of 8 and 16 cells", "regression-psr") {
        $0.withRegression.with(\.scales, earlyScales)
      },
      line("PSD, normalised per image", "divided by differing units", "differing-units") {
        $0.normalisedPerImage.with(\.pairDivision, .differingUnits)
      },
    ]
    return estimators + scores + pixels + patches + image + [growing] + others
  }

  private static let growingPatches = GridSchedule(stages: [(8, 0.1), (4, 0.2), (2, 0.3)], last: 1)
}
