import Figures
import Metrics
import Records

/// The mean over seeds of a row's evaluations, with its interval.
struct Curve {
  enum Horizontal { case step, queries }

  /// A value wherever every run has one at the same step: where a seed stopped early the curve ends, so that the mean isn't bent by
  /// its missing. A step at which some mIoU isn't finite has the value NaN.
  static func values(_ runs: [RecordedRun], over horizontal: Horizontal) -> [Series.Value] {
    let evaluations = runs.map { run in
      (seed: run.record.seed, lines: run.lines.filter { $0.mIoU != nil })
    }.filter { !$0.lines.isEmpty }
    guard let first = evaluations.first else { return [] }
    return first.lines.compactMap { line in
      let same = evaluations.compactMap { seed, lines in
        lines.first { $0.step == line.step }?.mIoU.map { SeedValues.Value(seed: seed, value: $0) }
      }
      guard same.count == evaluations.count else { return nil }
      let x = horizontal == .step ? Double(line.step) : Double(line.queries)
      return SeedValues(meanOf: same).map { Series.Value(x: x, $0) } ?? Series.Value(x: x, y: .nan)
    }
  }
}

extension Series.Value {
  /// A mean over seeds, its interval where there are enough of them, and each seed's own.
  init(x: Double, _ values: SeedValues) {
    let interval = values.interval
    self.init(
      x: x, y: interval.mean, lower: interval.lower, upper: interval.upper, runs: values.values.map(\.value))
  }
}

extension Array where Element == RecordedRun {
  /// A result by seed; nil where no run has it.
  func values(_ value: (RunRecord) -> Double?) -> SeedValues? { SeedValues(map(\.record), value) }

  /// The mean of a result over seeds; nil where no run has it.
  func mean(_ value: (RunRecord) -> Double?) -> Double? { values(value)?.interval.mean }

  /// mIoU as a part of other runs', seeds paired.
  func ratio(to others: [RecordedRun]) -> SeedValues? {
    SeedValues(ratioOf: map(\.record), to: others.map(\.record))
  }
}
