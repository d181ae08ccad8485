import Images
import Metrics

/// mIoU of label maps made at each of a few background thresholds: to choose one, or to see what the best would give.
public struct ThresholdCurve: Sendable {
  /// Every 0.05 between 0 and 1, the range of a normalised map; finer steps changed mIoU by less than seeds do.
  public static let thresholds: [Float] = (1...19).map { Float($0) / 20 }

  private var matrices: [ConfusionMatrix]

  public init(classes: Int) {
    matrices = Self.thresholds.map { _ in ConfusionMatrix(classes: classes) }
  }

  /// Counts one image.
  ///
  /// - Parameter labels: the map at a threshold.
  /// - Throws: `MetricError` for maps that don't fit, and what `labels` throws.
  public mutating func add(truth: LabelMap, labels: (Float) throws -> LabelMap) throws {
    for (i, threshold) in Self.thresholds.enumerated() {
      try matrices[i].add(prediction: labels(threshold), truth: truth)
    }
  }

  /// The threshold of the highest mIoU, the lowest of several; nil where no pixel was counted.
  public var best: (threshold: Float, mIoU: Double)? {
    zip(Self.thresholds, matrices).compactMap { threshold, matrix in matrix.meanIoU.map { (threshold, $0) } }
      .reduce(nil) { best, next in
        guard let best, best.1 >= next.1 else { return next }
        return best
      }
  }
}
