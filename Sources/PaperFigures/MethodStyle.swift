import Figures
import Images
import Metrics
import Records
import Rows

/// The methods that figures compare, in the order of legends, each with one look in all figures.
enum Method: CaseIterable {
  case crossEntropy, pixel, propensity, image, regression, regression64, naive, cam

  /// The method's own row on each data set that has one.
  var rows: [Row] {
    switch self {
    case .crossEntropy: [.fashion32CrossEntropy, .fashion64CrossEntropy, .camvidCrossEntropy, .folderCrossEntropy]
    case .pixel: [.fashion32Pixel, .fashion64Pixel, .camvidPixel, .folderPixel]
    case .propensity: [.fashion32PixelPropensity, .fashion64PixelPropensity, .camvidPixelPropensity]
    case .image: [.fashion32Image, .fashion64Image, .camvidImage, .folderImage]
    case .regression: [.fashion32ImageRegression, .fashion64ImageRegression, .camvidImageRegression]
    case .regression64: [.fashion32ImageRegression64]
    case .naive: [.fashion32ImageNaive, .fashion64ImageNaive, .camvidImageNaive]
    case .cam: [.fashion32CAM, .fashion64CAM, .folderCAM]
    }
  }

  /// The row of the method on a data set; nil where it has none there.
  func row(on data: String) -> Row? { rows.first { $0.data.name == data } }

  /// The method whose own row it is; nil for other rows.
  init?(_ row: Row) {
    guard let method = Self.allCases.first(where: { $0.rows.contains { $0.name == row.name } }) else { return nil }
    self = method
  }

  var label: String {
    switch self {
    case .crossEntropy: "Cross-entropy (labels)"
    case .pixel: "RSS, pixel-level"
    case .propensity: "RSS, pixel-level, propensity weights"
    case .image: "RSS, image-level, PSD"
    case .regression: "RSS, image-level, regression"
    case .regression64: "RSS, image-level, regression, 64 maps"
    case .naive: "RSS, image-level, naive"
    case .cam: "CAM (image tags)"
    }
  }

  /// Column headings have little room.
  var shortLabel: String {
    switch self {
    case .crossEntropy: "CE (labels)"
    case .pixel: "RSS pixel"
    case .propensity: "RSS pixel, propensity"
    case .image: "RSS image, PSD"
    case .regression: "RSS image, regression"
    case .regression64: "RSS image, 64 maps"
    case .naive: "RSS image, naive"
    case .cam: "CAM"
    }
  }

  var style: SeriesStyle {
    switch self {
    case .crossEntropy: SeriesStyle(.ink, marker: .square)
    case .pixel: SeriesStyle(.colour(OkabeIto.blue), dashes: [6, 1.5, 1.5, 1.5], marker: .diamond)
    case .propensity: SeriesStyle(.colour(OkabeIto.skyBlue), marker: .square)
    case .image: SeriesStyle(.colour(OkabeIto.vermilion), marker: .circle)
    case .regression: SeriesStyle(.colour(OkabeIto.orange), marker: .ring)
    case .regression64: SeriesStyle(.colour(OkabeIto.purple), dashes: [4, 1.5], marker: .diamond)
    case .naive: SeriesStyle(.colour(OkabeIto.green), dashes: [1.5, 1.5], marker: .triangle)
    case .cam: SeriesStyle(.colour(OkabeIto.purple), dashes: [5, 1.5], marker: .cross)
    }
  }
}

/// How many runs stand behind a figure's means, as its note says it; of runs that were made comparable before.
func seedsNote(_ runs: [RecordedRun]) -> String {
  let counts = Set(Dictionary(grouping: runs, by: \.record.row.name).values.map(\.count)).sorted()
  guard let fewest = counts.first, let most = counts.last else { return "No run." }
  if most == 1 { return "One seed each. Validation split." }
  let count = fewest == most ? "\(most) seeds each" : "\(fewest) to \(most) seeds each"
  let interval =
    most < Interval.fewest ? "Mean and each seed" : "Mean, Student's 95% interval from three seeds on, and each seed"
  return "\(interval); \(count), those that all compared rows of a data set have. Validation split."
}

/// `fashion32` as a title says it.
func dataTitle(_ name: String) -> String {
  switch name {
  case "fashion32": "FashionScenes 32 × 32"
  case "fashion64": "FashionScenes 64 × 64"
  case "camvid": "CamVid 160 × 120"
  default: name
  }
}
