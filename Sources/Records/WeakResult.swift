import WeakSupervision

/// What a run's record says about its pseudo labels. Fields that need labels the run wasn't given are nil.
package struct WeakResult: Codable, Sendable, Equatable {
  /// mIoU of the seeds on the training split.
  package var seedMeanIoU: Double?
  /// mIoU on the training split of what the network learned from: the seeds after refinement.
  package var refinedMeanIoU: Double?
  /// mIoU of the seeds at the threshold that is best on the training split: what choosing it on the tuning split costs.
  package var oracleSeedMeanIoU: Double?
  /// mIoU on the tuning split of the seeds, and of what refinement made of them, at the thresholds that are best there;
  /// nil where the threshold was given.
  package var tuningSeedMeanIoU: Double?
  package var tuningRefinedMeanIoU: Double?
  /// Scores of the background: of the seeds, and of what was refined. A one-stage method has none: its background is one
  /// of the masks, "seeds" are its masks after the training, among the tags, and "refined" is what PAMR makes of these.
  package var seedThreshold: Float?
  package var threshold: Float?
  /// Tags of all training images together: the supervision.
  package var tags: Int
  /// Of the classifier on the evaluated split; nil where no class is in it.
  package var meanAveragePrecision: Double?
  /// By class, the background left out.
  package var averagePrecision: [Double?]
  /// Wall-clock time from tags to pseudo labels, 0 for a one-stage method; the record's own time includes it.
  package var seconds: Double

  package init(
    seedMeanIoU: Double?, refinedMeanIoU: Double?, oracleSeedMeanIoU: Double? = nil, tuningSeedMeanIoU: Double? = nil,
    tuningRefinedMeanIoU: Double? = nil, seedThreshold: Float? = nil, threshold: Float? = nil, tags: Int,
    meanAveragePrecision: Double?, averagePrecision: [Double?], seconds: Double
  ) {
    (self.seedMeanIoU, self.refinedMeanIoU, self.oracleSeedMeanIoU) = (seedMeanIoU, refinedMeanIoU, oracleSeedMeanIoU)
    (self.tuningSeedMeanIoU, self.tuningRefinedMeanIoU) = (tuningSeedMeanIoU, tuningRefinedMeanIoU)
    (self.seedThreshold, self.threshold, self.tags) = (seedThreshold, threshold, tags)
    (self.meanAveragePrecision, self.averagePrecision) = (meanAveragePrecision, averagePrecision)
    self.seconds = seconds
  }
}
