import Figures
import Metrics
import Records

/// The mean over seeds of a row's evaluations, with its interval.
struct Curve {
  enum Horizontal { case step, queries }

  /// Resamples for a band: half the usual 10,000 moves a bound by less than a thousandth, and there are many points.
  private static let resamples = 2000

  /// A value wherever every run has one at the same step: where a seed stopped early the curve ends, so that the mean isn't bent by
  /// its missing. A step at which some mIoU isn't finite has the value NaN.
  static func values(_ runs: [RecordedRun], over horizontal: Horizontal) -> [Series.Value] {
    let evaluations = runs.map { $0.lines.filter { $0.mIoU != nil } }.filter { !$0.isEmpty }
    guard let first = evaluations.first else { return [] }
    return first.compactMap { line in
      let same = evaluations.compactMap { $0.first { $0.step == line.step } }
      guard same.count == evaluations.count else { return nil }
      let x = horizontal == .step ? Double(line.step) : Double(line.queries)
      guard let interval = bootstrapInterval(same.compactMap(\.mIoU), resamples: Self.resamples) else {
        return Series.Value(x: x, y: .nan)
      }
      return Series.Value(x: x, interval)
    }
  }
}

extension Series.Value {
  /// A mean over seeds; a single one has no interval.
  init(x: Double, _ interval: Interval) {
    let isSpread = interval.count > 1
    self.init(x: x, y: interval.mean, lower: isSpread ? interval.lower : nil, upper: isSpread ? interval.upper : nil)
  }
}

extension Array where Element == RecordedRun {
  /// The mean of a result over seeds with its interval; nil where there is none.
  func interval(_ value: (RunRecord) -> Double?) -> Interval? {
    bootstrapInterval(compactMap { value($0.record) })
  }
}
