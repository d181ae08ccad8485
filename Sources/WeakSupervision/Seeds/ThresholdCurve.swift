import Images
import Metrics
import Ranks
import Training

/// mIoU of label maps made at each of a few background thresholds: to choose one, or to see what the best would give.
public struct ThresholdCurve: Sendable {
  /// Every 0.05 between 0 and 1, the range of a normalised map; finer steps changed mIoU by less than seeds do.
  public static let thresholds: [Float] = (1...19).map { Float($0) / 20 }

  private var matrices: [ConfusionMatrix]

  /// Of no image yet.
  public init(classes: Int) {
    matrices = Self.thresholds.map { _ in ConfusionMatrix(classes: classes) }
  }

  /// Counts one image.
  ///
  /// - Parameter labels: the map at a threshold.
  /// - Throws: `MetricError` for maps that don't fit, and what `labels` throws.
  public mutating func add(truth: LabelMap, labels: (Float) throws -> LabelMap) throws {
    try add(truth: truth, maps: try Self.thresholds.map(labels))
  }

  /// Counts one image by its map at each threshold, in their order.
  mutating func add(truth: LabelMap, maps: [LabelMap]) throws {
    precondition(maps.count == matrices.count, "a map for each threshold")
    for (i, map) in maps.enumerated() { try matrices[i].add(prediction: map, truth: truth) }
  }

  /// Adds the counts of another curve.
  public mutating func merge(_ other: ThresholdCurve) {
    for (i, matrix) in other.matrices.enumerated() { matrices[i].merge(matrix) }
  }

  /// The counts of all ranks' images.
  func summed(over ranks: any Communicator) throws -> ThresholdCurve {
    var sum = self
    sum.matrices = try matrices.map { try $0.summed(over: ranks) }
    return sum
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
