import Networks
import Training

// Table 6: what a pretrained encoder is worth, by each way to learn: the rows of voc7 with its weights, from first weights,
// and with the small U-Net.

extension Row {
  /// One line of Table 6.
  package struct NetworkComparison: Sendable {
    package var network: String
    package var start: String
    /// The row of voc7 that it is but for its network.
    package var method: Row
    package var row: Row
  }

  /// The pretrained network by every way to learn, the others by three of them.
  package static let networkComparisons: [NetworkComparison] = {
    let three = [voc7CrossEntropy, voc7Pixel, voc7ImageRegression]
    let ofSmallUNet = [camvidCrossEntropy, camvidPixel, camvidImageRegression]
    let pretrained = [voc7CrossEntropy, voc7Pixel, voc7Image, voc7ImageRegression].map {
      NetworkComparison(network: large, start: "ImageNet", method: $0, row: $0)
    }
    return pretrained
      + three.map { NetworkComparison(network: large, start: "first weights", method: $0, row: $0.fromScratch) }
      + zip(three, ofSmallUNet).map {
        NetworkComparison(
          network: "small U-Net", start: "first weights", method: $0,
          row: $0.withSmallUNet(scheduled: $1.recipe))
      }
  }()

  private static let large = "MobileNetV2 + DeepLabV3+"

  /// With the network's first weights, all of them at the row's learning rate.
  private var fromScratch: Row {
    Row("\(name)-scratch", "\(title), from scratch", data, recipe.with(\.fineTuning, nil))
  }

  /// With the small U-Net, at the learning rate and warm-up that it has on CamVid.
  private func withSmallUNet(scheduled other: Recipe) -> Row {
    Row(
      "\(name)-unet", "\(title), small U-Net", data,
      recipe.with(\.fineTuning, nil).with(\.network, nil).with(\.learningRate, other.learningRate).with(
        \.warmup, other.warmup))
  }
}
