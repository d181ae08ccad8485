import Figures
import Foundation
import Metrics
import Records
import Rows

package let fontsAreHere = (try? Typeface.load()) != nil

/// A record of made-up numbers, without a run. With an mIoU of a half and the other scores left out they are those of its confusion
/// matrix, as in any record that can be read from a file.
package func syntheticRecord(
  _ row: Row, seed: UInt64, mIoU: Double?, pixelAccuracy: Double? = 2.0 / 3, queries: Int = 0,
  background: Double? = 0.5,
  commit: String = "abc", cpu: String = "CPU"
) throws -> RunRecord {
  var confusion = ConfusionMatrix(classes: 2)
  try confusion.add(predictions: [0, 0, 1, 1], truths: [0, 1, 1, 255])
  var result = RunRecord.Result(confusion, backgroundClass: 0)
  (result.mIoU, result.pixelAccuracy, result.backgroundIoU) = (mIoU, pixelAccuracy, background)
  var record = RunRecord(
    row: row, seed: seed,
    data: .init(
      name: row.data.name, classes: ["background", "shape"], trainCount: 10, trainFingerprint: "0123456789abcdef",
      evaluationName: "\(row.data.name)/val", evaluationCount: 4, evaluationFingerprint: "fedcba9876543210",
      backgroundClass: 0),
    parameters: 1234, result: result, queries: queries, seconds: 1.5)
  record.peakMemoryMB = 64
  record.provenance = Provenance(
    commit: commit, oneDNN: "3.8.1", openBLAS: "0.3", cpu: cpu, threads: 2, date: "2025-01-01T00:00:00Z")
  return record
}

/// A made-up run with a curve of ten evaluations that ends at a given mIoU.
package func syntheticRun(
  _ row: Row, seed: UInt64, mIoU: Double, queriesPerStep: Int = 256, diverging: Bool = false
) throws -> RecordedRun {
  let record = try syntheticRecord(row, seed: seed, mIoU: mIoU, queries: queriesPerStep * row.recipe.steps)
  let lines = (1...10).map { i -> MetricsLine in
    let step = row.recipe.steps * i / 10
    var line = MetricsLine(step: step, seconds: Double(i), queries: queriesPerStep * step)
    line.mIoU = diverging && i > 5 ? .nan : mIoU * (1 - exp(-Double(i) / 3))
    return line
  }
  return RecordedRun(record: record, lines: lines, folder: "runs/\(row.name)-\(seed)")
}

/// Three seeds of the four methods on one data set.
package func syntheticArchive() throws -> RecordArchive {
  let rows: [(Row, Double, Int)] = [
    (.fashion32CrossEntropy, 0.72, 0), (.fashion32Pixel, 0.63, 16_384), (.fashion32Image, 0.68, 256),
    (.fashion32ImageNaive, 0.2, 32),
  ]
  return RecordArchive(
    try rows.flatMap { row, score, queries in
      try (1...3).map { seed in
        try syntheticRun(row, seed: seed, mIoU: score + 0.01 * Double(seed), queriesPerStep: queries)
      }
    })
}

extension Row {
  /// The same under another name: a row of an ablation.
  package func named(_ name: String) -> Row {
    var row = self
    row.name = name
    return row
  }
}

/// Values of seeds from 1 on.
package func seedValues(_ values: [Double]) -> SeedValues? {
  SeedValues(meanOf: values.enumerated().map { SeedValues.Value(seed: UInt64($0 + 1), value: $1) })
}
