import Figures
import Images
import Records
import Training

/// The methods that figures compare, in the order of legends, each with one look in all figures.
enum Method: String, CaseIterable {
  case crossEntropy = "ce"
  case pixel
  case propensity = "pixel-propensity"
  case image
  case regression = "image-regression"
  case regression64 = "image-regression-64"
  case naive = "image-naive"
  case cam

  /// The row of the method on a data set.
  func row(on data: String) -> String { "\(data)/\(rawValue)" }

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

/// How many runs stand behind a figure's intervals, as its note says it.
func seedsNote(_ runs: [RecordedRun]) -> String {
  let counts = Set(Dictionary(grouping: runs, by: \.record.row.name).values.map(\.count)).sorted()
  guard let fewest = counts.first, let most = counts.last else { return "No run." }
  if most == 1 { return "One seed each." }
  let count = fewest == most ? "\(most) seeds each" : "\(fewest) to \(most) seeds each"
  return "Mean and 95% bootstrap interval; \(count). Validation split."
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
