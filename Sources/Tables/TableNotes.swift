import Records
import Rows
import Training

// What stands under tables.

let intervalNote =
  "Mean over seeds with Student's 95% interval; the values themselves where there are one or two. Ratios are geometric means over the "
  + "seeds that both rows have, with Student's interval of their logarithms. Every seed's numbers are in the table's -seeds.csv. All "
  + "seeds share one validation split; our data and scale, not the paper's."

let granularityNote =
  "What one reward is about isn't all that changes between those rows: pixels are learned from by SyncAN over the batch from one map, or "
  + "with propensity weights from two; patches and images by PSD, normalised per image, from as many maps as their column says."

/// Where the numbers were made.
func provenanceNote(_ records: [RunRecord]) -> String {
  guard !records.isEmpty else { return "No run." }
  let commits = Set(records.map(\.provenance.commit)).sorted().joined(separator: ", ")
  let cpus = Set(records.map(\.provenance.machine)).sorted()
  return "Commit \(commits); \(cpus.joined(separator: "; "))."
}

/// The steps of each data set's own rows: `500 on fashion32, 1200 on fashion64`.
func stepsText(_ records: [RunRecord]) -> String {
  let rows = Row.main.filter { row in row.isCrossEntropy && records.contains { $0.row.data == row.data } }
  return rows.map { "\($0.recipe.steps) on \($0.data.name)" }.joined(separator: ", ")
}

/// What other validation images would change, of the runs of a table's rows that have been measured so; nil where none has.
func imagesNote(_ images: ValidationImages, of rows: [String]) -> String? {
  let findings = images.findings.filter { rows.contains($0.row) }
  guard !findings.isEmpty else { return nil }
  let parts = findings.map { finding in
    let ratio = finding.ratio?.text().map { ", ratio \($0)" } ?? ""
    return "\(finding.row), seed \(finding.seed): \(finding.mIoU.text() ?? "one image")\(ratio)"
  }
  return
    "Other validation images of the same kind: one run's mIoU, and its ratio to cross-entropy's of the same seed, with a 95% bootstrap "
    + "interval over the split's images (rss check images), beside which intervals over seeds are to be read. "
    + parts.joined(separator: "; ") + "."
}

/// A row's part of cross-entropy's mIoU; cross-entropy's own is 1.
func ratioCell(_ group: RecordGroup, among records: [RunRecord]) -> Table.Cell {
  group.row.isCrossEntropy ? .text("1") : Table.Cell(group.ratio(toCrossEntropyAmong: records))
}
