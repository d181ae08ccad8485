import Figures
import Foundation

@testable import Experiments

let fontsAreHere = (try? Typeface.load()) != nil

/// A made-up run with a curve of ten evaluations that ends at a given mIoU.
func syntheticRun(
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
func syntheticArchive() throws -> RecordArchive {
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
  func named(_ name: String) -> Row {
    var row = self
    row.name = name
    return row
  }
}
