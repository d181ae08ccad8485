import Rewards
import Training

// What each part does: the rows of Tables 4 and 5, and the estimators that are ours. A fashion32 row takes 12 to 40 s.

extension Row {
  // Ours, not the paper's ------------------------------------------------------------------------------------------------

  /// Pixel-level reward weighted by the inverse of the action's probability: no class is lost.
  public static let fashion32PixelPropensity = fashion32Pixel.variant(
    "pixel-propensity", "RSS, pixel-level, propensity weights", \.withPropensityWeights)
  /// PSD with what the other pixels explain taken out of each reward, normalised per image.
  public static let fashion32ImageRegression = fashion32Image.variant(
    "image-regression", "RSS, image-level, PSD with regression", \.withRegression)
  /// The same with four times the queries.
  public static let fashion32ImageRegression64 = fashion32Image.variant(
    "image-regression-64", "RSS, image-level, PSD with regression", { $0.withRegression.with(\.maps, 64) })

  public static let fashion64PixelPropensity = fashion64Pixel.variant(
    "pixel-propensity", "RSS, pixel-level, propensity weights", \.withPropensityWeights)
  public static let fashion64ImageRegression = fashion64Image.variant(
    "image-regression", "RSS, image-level, PSD with regression", \.withRegression)
  public static let camvidPixelPropensity = camvidPixel.variant(
    "pixel-propensity", "RSS, pixel-level, propensity weights", \.withPropensityWeights)
  public static let camvidImageRegression = camvidImage.variant(
    "image-regression", "RSS, image-level, PSD with regression", \.withRegression)

  static let ours: [Row] = [
    fashion32PixelPropensity, fashion32ImageRegression, fashion32ImageRegression64, fashion64PixelPropensity,
    fashion64ImageRegression, camvidPixelPropensity, camvidImageRegression,
  ]

  // Table 4: PSR x PSD x SyncAN ------------------------------------------------------------------------------------------

  /// All eight combinations on the data of an image-level row, at its number of maps. PSR is a grid of 8 cells for the
  /// first tenth of training, of 16 for the second; without PSD every pixel of a map gets its reward; without SyncAN the
  /// rewards, or PSD's differences, are the advantages.
  static func ablation(of row: Row) -> [Row] {
    [false, true].flatMap { psr in
      [false, true].flatMap { psd in
        [false, true].map { syncAN in
          let parts = [(psr, "psr"), (psd, "psd"), (syncAN, "syncan")].filter(\.0).map(\.1)
          let name = parts.isEmpty ? "none" : parts.joined(separator: "-")
          let title = parts.isEmpty ? "none of them" : parts.map(displayName).joined(separator: " + ")
          return row.variant("ablation-\(name)", title) { recipe in
            var recipe = recipe
            recipe.scales = psr ? earlyScales : .full
            recipe.advantage = psd ? .psd : .naive
            recipe.syncAN = syncAN ? .batch : .off
            return recipe
          }
        }
      }
    }
  }

  private static func displayName(_ part: String) -> String { part == "syncan" ? "SyncAN" : part.uppercased() }

  private static let earlyScales = GridSchedule(stages: [(8, 0.1), (16, 0.2)], last: GridSchedule.pixels)
  private static let growingPatches = GridSchedule(stages: [(8, 0.1), (4, 0.2), (2, 0.3)], last: 1)

  // Table 5: beyond the paper --------------------------------------------------------------------------------------------

  /// mIoU against reward queries: each estimator with few and many maps.
  static func queries(of row: Row) -> [Row] {
    [2, 4, 16, 64, 256].flatMap { maps in
      [
        row.variant("psd-m\(maps)", "PSD, SyncAN per batch") { $0.with(\.maps, maps) },
        row.variant("psd-image-m\(maps)", "PSD, normalised per image") {
          $0.with(\.maps, maps).normalisedPerImage
        },
      ]
        + (maps < 4
          ? []
          : [
            row.variant("regression-m\(maps)", "PSD with regression") { $0.with(\.maps, maps).withRegression }
          ])
    } + [row.variant("naive-m16", "naive") { $0.with(\.advantage, .naive) }]
  }

  /// What the number that is asked for says.
  static func scores(of row: Row) -> [Row] {
    [Score.pixelAccuracy, .meanClassAccuracy, .dice].map { score in
      row.variant("score-\(score.rawValue)", "score: \(score.rawValue)") { $0.withRegression.with(\.score, score) }
    }
  }

  /// What one reward is about, between a pixel and an image, and the patch that grows.
  static func granularity(of row: Row) -> [Row] {
    [8, 4, 2].map { cells in
      row.variant("patches-\(cells)", "a reward for each of \(cells) x \(cells) patches") {
        $0.normalisedPerImage.with(\.regions, GridSchedule(always: cells))
      }
    } + [
      row.variant("patches-growing", "patches that grow: 8 x 8, 4 x 4, 2 x 2, then the image") {
        $0.normalisedPerImage.with(\.regions, growingPatches)
      }
    ]
  }

  /// What else was tried on the regression's row.
  static func extras(of row: Row) -> [Row] {
    [
      row.variant("regression-exploration", "regression, 2% exploration") {
        $0.withRegression.with(\.exploration, 0.02)
      },
      row.variant("regression-entropy", "regression, entropy bonus 0.01") {
        $0.withRegression.with(\.entropyBonus, 0.01)
      },
      row.variant("regression-psr", "regression, PSR 8 and 16") { $0.withRegression.with(\.scales, earlyScales) },
      row.variant("differing-units", "PSD divided by differing units") {
        $0.normalisedPerImage.with(\.pairDivision, .differingUnits)
      },
    ]
  }

  static func beyond(_ row: Row) -> [Row] {
    queries(of: row) + scores(of: row) + granularity(of: row) + extras(of: row)
  }

  /// The same data and recipe but for what `change` changes.
  func variant(_ name: String, _ title: String, _ change: (Recipe) -> Recipe) -> Row {
    Row("\(data.name)/\(name)", title, data, change(recipe))
  }
}

extension Recipe {
  func with<Value>(_ path: WritableKeyPath<Recipe, Value>, _ value: Value) -> Recipe {
    var recipe = self
    recipe[keyPath: path] = value
    return recipe
  }

  /// c = 0.05, two maps, the learning rate of cross-entropy. Tuning split of fashion32, seeds 1 and 2: two maps 0.716 and
  /// 0.722, one map 0.704 and 0.710, four maps 0.709 and 0.719; one map at 5e-3 with c = 0.02 0.703 and 0.710, 0.05 0.706 and
  /// 0.714, 0.1 0.705 and 0.713.
  var withPropensityWeights: Recipe {
    var recipe = with(\.propensityFloor, 0.05).with(\.maps, 2)
    recipe.learningRate = 8e-3
    return recipe
  }

  /// Each image's rewards normalised by themselves, and a longer warm-up. Tuning split of fashion32, mean of seeds 1 to 4:
  /// 0.677 per batch with 10% warm-up, 0.689 so.
  var normalisedPerImage: Recipe {
    var recipe = with(\.syncAN, .image).with(\.warmup, 0.3)
    recipe.learningRate = 8e-3
    return recipe
  }

  /// On top of that, the regression: 0.696 in place of 0.689.
  var withRegression: Recipe { normalisedPerImage.with(\.advantage, .regression) }
}
