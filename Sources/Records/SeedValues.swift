import Foundation
import Metrics

/// One number for each seed, in the order of the seeds, and what they say together.
package struct SeedValues: Sendable, Equatable {
  package struct Value: Sendable, Equatable {
    package var seed: UInt64
    package var value: Double

    package init(seed: UInt64, value: Double) { (self.seed, self.value) = (seed, value) }
  }

  package let values: [Value]
  /// Their mean with Student's interval; of ratios the geometric mean with that of the logarithms.
  package let interval: Interval

  private init(_ values: [Value], _ interval: Interval) {
    (self.values, self.interval) = (values.sorted { $0.seed < $1.seed }, interval)
  }

  /// A mean; nil where there is no value, or one that isn't finite.
  package init?(meanOf values: [Value]) {
    guard let mean = StudentMean(of: values.map(\.value)) else { return nil }
    self.init(values, mean.interval())
  }

  /// A result of runs; those that don't have it are left out. Nil where none has.
  package init?(_ records: [RunRecord], _ value: (RunRecord) -> Double?) {
    self.init(meanOf: records.compactMap { record in value(record).map { Value(seed: record.seed, value: $0) } })
  }

  /// mIoU as a part of other runs' mIoU, seed by seed: of the seeds that both have. Nil where there is none, or one of the others
  /// is 0.
  package init?(ratioOf records: [RunRecord], to others: [RunRecord]) {
    let pairs = pairedMeanIoU(records, others)
    guard let ratio = PairedRatio(pairs.map { ($0.one, $0.other) }) else { return nil }
    self.init(zip(pairs, ratio.ratios).map { Value(seed: $0.seed, value: $1) }, ratio.interval())
  }

  /// How much higher mIoU is than other runs', seed by seed: of the seeds that both have. Nil where there is none.
  package init?(differenceOf records: [RunRecord], from others: [RunRecord]) {
    self.init(meanOf: pairedMeanIoU(records, others).map { Value(seed: $0.seed, value: $0.one - $0.other) })
  }

  /// `0.721 [0.715, 0.728]`, or the values themselves where they have no interval: `0.387 0.393`. Three digits are what a few
  /// hundred validation images carry.
  package var text: String { text { String(format: "%.3f", $0) } }

  package func text(_ number: (Double) -> String) -> String {
    interval.text(number) ?? values.map { number($0.value) }.joined(separator: " ")
  }
}

extension Interval {
  /// `0.721 [0.715, 0.728]`; nil where there are no bounds.
  package func text(_ number: (Double) -> String = { String(format: "%.3f", $0) }) -> String? {
    guard let lower, let upper else { return nil }
    return "\(number(mean)) [\(number(lower)), \(number(upper))]"
  }
}

/// The mIoU of the seeds that two rows' runs both have.
private func pairedMeanIoU(
  _ records: [RunRecord], _ others: [RunRecord]
) -> [(seed: UInt64, one: Double, other: Double)] {
  records.compactMap { record in
    guard let one = record.result.mIoU, let other = others.first(where: { $0.seed == record.seed })?.result.mIoU else {
      return nil
    }
    return (record.seed, one, other)
  }
}
