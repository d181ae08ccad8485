import Support

extension Row {
  /// Cross-entropy and the paper's methods.
  package static let main: [Row] = [
    fashion32CrossEntropy, fashion32Pixel, fashion32ImageNaive, fashion32Image,
    fashion64CrossEntropy, fashion64Pixel, fashion64ImageNaive, fashion64Image,
    camvidCrossEntropy, camvidPixel, camvidImageNaive, camvidImage,
    folderCrossEntropy, folderPixel, folderImage,
  ]

  /// Our estimators, and longer training.
  package static let ours: [Row] =
    [
      fashion32PixelPropensity, fashion32ImageRegression, fashion32ImageRegression64, fashion64PixelPropensity,
      fashion64ImageRegression, camvidPixelPropensity, camvidImageRegression,
    ] + longer

  /// Photographs with a pretrained encoder and without it, and what the checks need of such networks.
  private static let deepNetworks: [Row] =
    networkComparisons.map(\.row) + [fashion32Deep, voc7PixelPropensity, voc7ImageNaive]

  /// CAM's maps, refined before they become labels.
  package static let fashion32Refined = [fashion32CRF, fashion32PAMR, fashion32PSA]
  package static let fashion64Refined = [fashion64CRF, fashion64PAMR, fashion64PSA]

  /// Rows that are given tags alone.
  package static let allWeak: [Row] =
    [
      fashion32CAM, fashion32GradCAM, fashion32GradCAMPlusPlus, fashion32CAMThenReward, fashion32CRFThenReward,
      fashion64CAM, fashion64GradCAM, fashion64GradCAMPlusPlus, fashion64CAMThenReward, fashion64CRFThenReward,
      folderCAM,
      fashion32OneStage, fashion64OneStage,
    ] + fashion32Refined + fashion64Refined

  /// Each once.
  package static let all: [Row] =
    (main + ours + allWeak
    + [fashion32Image, fashion64Image, camvidImage].flatMap { ablation(of: $0) + comparisons(of: $0).map(\.row) }
    + deepNetworks)
    .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }

  /// - Throws: `InputError` with the nearest names.
  package static func named(_ name: String) throws -> Row {
    if let row = all.first(where: { $0.name == name }) { return row }
    let near = nearestNames(to: name, in: all.map(\.name))
    throw InputError(
      "row \(name)", found: "no such row",
      expected: near.isEmpty ? "one of \(all.map(\.name).joined(separator: ", "))" : near.joined(separator: " or "),
      advice: "rss train --help lists all rows.")
  }

  /// The first row on a data set: what evaluating on it needs to know.
  ///
  /// - Throws: `InputError` with the nearest names.
  package static func onDataset(_ name: String) throws -> Row {
    if let row = all.first(where: { $0.data.name == name }) { return row }
    let known = all.map(\.data.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    throw InputError(
      "data set \(name)", found: "no such data set",
      expected: "one of \((nearestNames(to: name, in: known) + known).prefix(known.count).joined(separator: ", "))",
      advice: "Name one with --dataset, or a folder with --data DIR.")
  }
}
