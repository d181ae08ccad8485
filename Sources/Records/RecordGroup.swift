import Rows
import Training

/// The runs of one row, by their seeds.
package struct RecordGroup: Sendable {
  package let row: Row
  /// One at least.
  package let records: [RunRecord]

  /// Nil where there is no run.
  package init?(_ records: [RunRecord]) {
    guard let row = records.first?.row else { return nil }
    (self.row, self.records) = (row, records.sorted { $0.seed < $1.seed })
  }

  /// Those among records that say something about a row; nil where none does.
  package init?(of row: Row, in records: [RunRecord]) { self.init(records.filter { $0.isOf(row) }) }

  package var data: String { row.data.name }
  package var title: String { row.title }
  package var steps: Int { records[0].steps }
  package var queries: Int { records[0].queries }

  package func values(_ value: (RunRecord) -> Double?) -> SeedValues? { SeedValues(records, value) }

  /// mIoU over that of cross-entropy on the same data with the same network and start after as many steps, seeds paired; nil where
  /// there is no such run.
  ///
  /// A row that starts from tags may end with a few steps of reward; it is measured against the data set's own row.
  package func ratio(toCrossEntropyAmong all: [RunRecord]) -> SeedValues? {
    SeedValues(ratioOf: records, to: crossEntropy(among: all))
  }

  private func crossEntropy(among all: [RunRecord]) -> [RunRecord] {
    let labelled = all.filter {
      $0.row.data == row.data && $0.row.isCrossEntropy && $0.row.recipe.network == row.recipe.network
        && $0.row.recipe.fineTuning?.weights == row.recipe.fineTuning?.weights
    }
    let equal = labelled.filter { $0.steps == steps }
    guard equal.isEmpty, row.learnsFromTags else { return equal }
    let least = labelled.map(\.steps).min()
    return labelled.filter { $0.steps == least }
  }
}

extension Row {
  /// Whether it learns from the labels of all pixels: what others are measured against.
  package var isCrossEntropy: Bool { recipe.objective == .crossEntropy && !learnsFromTags }
}

/// Records by row, in the order in which rows first occur.
package func groups(_ records: [RunRecord], methods: [Recipe.Objective]) -> [RecordGroup] {
  var order: [Row] = []
  for record in records where !order.contains(record.row) && methods.contains(record.row.recipe.objective) {
    order.append(record.row)
  }
  return order.compactMap { row in RecordGroup(records.filter { $0.row == row }) }
}
