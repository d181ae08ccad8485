import WeakSupervision

/// What a run's record says about its pseudo labels. Fields that need labels the run wasn't given are nil.
public struct WeakResult: Codable, Sendable, Equatable {
  /// mIoU of the seeds on the training split.
  public var seedMeanIoU: Double?
  /// mIoU on the training split of what the network learned from: the seeds after refinement.
  public var refinedMeanIoU: Double?
  /// mIoU of the seeds at the threshold that is best on the training split: what choosing it on the tuning split costs.
  public var oracleSeedMeanIoU: Double?
  /// mIoU on the tuning split of the seeds, and of what refinement made of them, at the thresholds that are best there;
  /// nil where the threshold was given.
  public var tuningSeedMeanIoU: Double?
  public var tuningRefinedMeanIoU: Double?
  /// Scores of the background: of the seeds, and of what was refined. A one-stage method has none: its background is one
  /// of the masks, "seeds" are its masks after the training, among the tags, and "refined" is what PAMR makes of these.
  public var seedThreshold: Float?
  public var threshold: Float?
  /// Tags of all training images together: the supervision.
  public var tags: Int
  /// Of the classifier on the evaluated split; nil where no class is in it.
  public var meanAveragePrecision: Double?
  /// By class, the background left out.
  public var averagePrecision: [Double?]
  /// Wall-clock time from tags to pseudo labels, 0 for a one-stage method; the record's own time includes it.
  public var seconds: Double
}
