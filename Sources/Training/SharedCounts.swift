import Metrics
import Ranks

extension ConfusionMatrix {
  /// The counts of all ranks' images.
  ///
  /// - Throws: `MetricError` where they are too many.
  package func summed(over ranks: any Communicator) throws -> ConfusionMatrix {
    ranks.count == 1 ? self : try ConfusionMatrix(classes: classes, counts: ranks.sum(counts))
  }
}
