import Foundation

/// Where an axis is marked, and what it says there.
package struct Ticks: Sendable, Equatable {
  package var values: [Double]
  package var labels: [String]

  /// Multiples of 1, 2 or 5 times a power of ten between two values, bounds included: the finest such step that gives at most
  /// `most` of them. Bounds that are equal give one tick.
  package static func linear(from low: Double, to high: Double, most: Int = 6) -> Ticks {
    precondition(low.isFinite && high.isFinite && low <= high && most >= 2, "ticks from \(low) to \(high)")
    guard high > low else { return Ticks(values: [low], labels: [plain(low, decimals: 2)]) }
    let rough = pow(10, floor(log10((high - low) / Double(most))))
    // A bound that rounding put just past a tick still counts as on it: 1e-9 of a step is far less than can be seen.
    func count(_ step: Double) -> Double { floor(high / step + 1e-9) - ceil(low / step - 1e-9) + 1 }
    let steps: [Double] = [1, 2, 5, 10, 20].map { $0 * rough }
    let step = steps.first { count($0) <= Double(most) } ?? (high - low)
    let values = stride(from: ceil(low / step - 1e-9), through: floor(high / step + 1e-9), by: 1).map { $0 * step }
    let decimals = max(0, -Int(floor(log10(step) + 1e-9)))
    let thousands = values.contains { abs($0) >= 10_000 }
    return Ticks(values: values, labels: values.map { thousands ? short($0) : plain($0, decimals: decimals) })
  }

  /// Powers of ten between two positive values; where that is fewer than three, 2 and 5 times them as well.
  package static func logarithmic(from low: Double, to high: Double, most: Int = 6) -> Ticks {
    precondition(low > 0 && high >= low && high.isFinite, "logarithmic ticks from \(low) to \(high)")
    let decades = Int(floor(log10(low)))...Int(ceil(log10(high)))
    func ticks(_ factors: [Double]) -> [Double] {
      let all = decades.flatMap { decade -> [Double] in
        let power = pow(10, Double(decade))
        return factors.map { $0 * power }
      }
      return all.filter { $0 >= low * (1 - 1e-9) && $0 <= high * (1 + 1e-9) }
    }
    var values = ticks([1])
    for factors in [[1.0, 2, 5], [1, 3]] where values.count < 3 {
      let finer = ticks(factors)
      if finer.count <= most { values = finer }
    }
    while values.count > most { values = values.enumerated().filter { $0.offset % 2 == 0 }.map(\.element) }
    return Ticks(values: values, labels: values.map(short))
  }

  /// At given values: those that were measured.
  package static func at(_ values: [Double]) -> Ticks { Ticks(values: values, labels: values.map(short)) }

  /// `-0.25` as `−0.25`, with a minus sign as long as a plus.
  static func plain(_ value: Double, decimals: Int) -> String {
    let text = String(format: "%.\(decimals)f", value)
    let isZero = !text.contains { "123456789".contains($0) }
    return text.hasPrefix("-") ? (isZero ? "" : "−") + text.dropFirst() : text
  }

  /// A difference: `+0.25`, `−0.25`, and `0.00` without a sign.
  package static func signed(_ value: Double, decimals: Int) -> String {
    let text = plain(value, decimals: decimals)
    let isZero = !text.contains { "123456789".contains($0) }
    return text.hasPrefix("−") || isZero ? text : "+" + text
  }

  /// `128000` as `128k`, `8192000` as `8.2M`: as long as a tick can be.
  package static func short(_ value: Double) -> String {
    for (unit, letter) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where abs(value) >= unit {
      let part = value / unit
      let text = plain(part, decimals: abs(part) < 10 ? 1 : 0)
      return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + letter
    }
    if value == value.rounded() { return plain(value, decimals: 0) }
    return plain(value, decimals: min(6, max(1, 1 - Int(floor(log10(abs(value)))))))
  }
}
