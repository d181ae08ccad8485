import Datasets
import Images
import Metrics
import Ranks

/// How good pseudo labels are, by pixel labels that the method never saw: for reports, never for a choice.
public struct PseudoLabelQuality: Sendable, Equatable {
  /// mIoU of the seeds by themselves.
  public let seedMeanIoU: Double?
  /// mIoU of what the network learns from.
  public let meanIoU: Double?
  /// mIoU of the seeds at the threshold that is best on these very images.
  public let oracleSeedMeanIoU: Double?

  /// - Parameters:
  ///   - truth: the training images with their labels.
  ///   - ranks: look at some of the images each; all find the same.
  /// - Throws: what reading a sample or making a seed throws.
  public init(
    of pseudo: PseudoLabels, tagged: TaggedDataset, truth: any LabelledDataset, ranks: any Communicator = .alone
  ) throws {
    var before = ConfusionMatrix(classes: truth.classes.count)
    var after = before
    var curve = ThresholdCurve(classes: truth.classes.count)
    try pseudo.seeds.forEach(in: tagged, ranks: ranks) { index, scores in
      let labels = try truth.sample(at: index).labels
      try before.add(prediction: pseudo.seedMaps[index], truth: labels)
      try after.add(prediction: pseudo.dataset.sample(at: index).labels, truth: labels)
      try curve.add(truth: labels) { scores.labels(above: $0, background: tagged.background) }
    }
    (seedMeanIoU, meanIoU) = try (before.summed(over: ranks).meanIoU, after.summed(over: ranks).meanIoU)
    oracleSeedMeanIoU = try curve.summed(over: ranks).best?.mIoU
  }
}
