import Foundation

/// One axis of a chart: which values it spans, how they are spread, and how they are marked.
package struct Axis: Sendable, Equatable {
  package enum Spread: Sendable { case linear, logarithmic }

  package var title: String
  package var low: Double
  package var high: Double
  package var spread: Spread
  package var ticks: Ticks

  /// - Parameters:
  ///   - low: less than `high`; above 0 on a logarithmic axis.
  ///   - ticks: nil chooses them.
  package init(_ title: String, from low: Double, to high: Double, spread: Spread = .linear, ticks: Ticks? = nil) {
    precondition(low.isFinite && high.isFinite && low < high, "an axis from \(low) to \(high)")
    precondition(spread == .linear || low > 0, "a logarithmic axis from \(low)")
    (self.title, self.low, self.high, self.spread) = (title, low, high, spread)
    self.ticks = ticks ?? (spread == .linear ? .linear(from: low, to: high) : .logarithmic(from: low, to: high))
  }

  /// An axis that holds all finite values given (all positive ones, where logarithmic). None at all gives 0 to 1 (1 to 10); a
  /// single one is widened.
  ///
  /// - Parameter including: a value that must be on it: 0, mostly.
  package init(_ title: String, holding values: [Double], including: Double? = nil, spread: Spread = .linear) {
    let usable = (values + (including.map { [$0] } ?? [])).filter { $0.isFinite && (spread == .linear || $0 > 0) }
    var low = usable.min() ?? (spread == .linear ? 0 : 1)
    var high = usable.max() ?? (spread == .linear ? 1 : 10)
    if low == high {
      // Widened by a half, or to twice and half: enough for ticks around it.
      let reach = low == 0 ? 1 : abs(low) / 2
      (low, high) = spread == .linear ? (low - (including == low ? 0 : reach), high + reach) : (low / 2, high * 2)
    }
    self.init(title, from: low, to: high, spread: spread)
  }

  /// A linear axis from 0 to the first tick at or above a value.
  package static func fromZero(_ title: String, upTo value: Double) -> Axis {
    let high = value.isFinite && value > 0 ? value : 1
    let ticks = Ticks.linear(from: 0, to: high)
    guard let last = ticks.values.last, let first = ticks.values.dropFirst().first, last < high * (1 - 1e-9) else {
      return Axis(title, from: 0, to: high)
    }
    return Axis(title, from: 0, to: last + first)
  }

  /// Where a value lies, 0 at `low` and 1 at `high`; nil where it has no place: not finite, or not positive on a logarithmic axis.
  package func share(_ value: Double) -> Double? {
    guard value.isFinite else { return nil }
    switch spread {
    case .linear: return (value - low) / (high - low)
    case .logarithmic: return value > 0 ? log(value / low) / log(high / low) : nil
    }
  }
}

/// The frame of a chart: its plot area between its axes.
package struct Frame: Sendable {
  package let plot: Rect
  package let x: Axis
  package let y: Axis

  /// The place of (x, y); nil where one of them has none.
  package func point(_ x: Double, _ y: Double) -> Point? {
    guard let across = self.x.share(x), let up = self.y.share(y) else { return nil }
    return Point(plot.x + across * plot.width, plot.bottom - up * plot.height)
  }

  /// From the edge of the plot to the labels outside it, in points.
  static let labelGap = 4.0
  /// The length of a tick, in points.
  static let tickLength = 2.5

  /// Space that an x axis needs under the plot: ticks, labels, title.
  package static func footHeight(_ x: Axis) -> Double {
    tickLength + labelGap + TextStyle.small.capHeight + (x.title.isEmpty ? 0 : 4 + TextStyle.label.lineHeight)
  }

  /// Space that a y axis's labels need beside the plot.
  package static func sideWidth(_ y: Axis, _ typeface: Typeface) -> Double {
    (y.ticks.labels.map { typeface.width(of: $0, .small) }.max() ?? 0) + labelGap
  }

  /// From the titles' last baseline to the plot: half a tick label, which stands on its line, and some air.
  static let headGap = 7.0

  /// Space that a panel's title and the y axis's title need over the plot.
  package static func headHeight(title: String, y: Axis) -> Double {
    (title.isEmpty ? 0 : TextStyle.panel.lineHeight + 1) + (y.title.isEmpty ? 0 : TextStyle.label.lineHeight)
      + headGap
  }

  /// Draws grid, axes and titles. The y axis's title stands over the plot, where it is read without turning the head.
  package func draw(title: String, on drawing: inout Drawing, _ typeface: Typeface, yLabels: Bool = true) {
    let left = plot.x - (yLabels ? Self.sideWidth(y, typeface) : 0)
    var baseline = plot.y - Self.headGap
    if !y.title.isEmpty {
      drawing.text(y.title, at: Point(left, baseline), .label.painted(.muted), typeface)
      baseline -= TextStyle.label.lineHeight + 1
    }
    drawing.text(title, at: Point(left, baseline), .panel, typeface)
    for (value, label) in zip(y.ticks.values, y.ticks.labels) {
      guard let share = y.share(value), (-0.001...1.001).contains(share) else { continue }
      let height = plot.bottom - share * plot.height
      drawing.line([Point(plot.x, height), Point(plot.right, height)], Stroke(.grid, width: 0.5))
      guard yLabels else { continue }
      let style = TextStyle.small.anchored(.end)
      drawing.text(label, at: Point(plot.x - Self.labelGap, height + style.capHeight / 2), style, typeface)
    }
    drawing.line([Point(plot.x, plot.bottom), Point(plot.right, plot.bottom)], Stroke(.ink, width: 0.75))
    drawTicksAcross(on: &drawing, typeface)
    let style = TextStyle.label.painted(.muted).anchored(.middle)
    let foot = plot.bottom + Self.footHeight(x) - 2
    drawing.text(x.title, at: Point(plot.middle.x, foot), style, typeface)
  }

  /// Ticks of the x axis; a label that would touch the one before it is left out.
  private func drawTicksAcross(on drawing: inout Drawing, _ typeface: Typeface) {
    var taken = -Double.infinity
    let style = TextStyle.small.anchored(.middle)
    for (value, label) in zip(x.ticks.values, x.ticks.labels) {
      guard let share = x.share(value), (-0.001...1.001).contains(share) else { continue }
      let place = plot.x + share * plot.width
      drawing.line([Point(place, plot.bottom), Point(place, plot.bottom + Self.tickLength)], Stroke(.ink, width: 0.75))
      let half = typeface.width(of: label, style) / 2
      guard place - half > taken + 3 else { continue }
      taken = place + half
      let baseline = plot.bottom + Self.tickLength + Self.labelGap + style.capHeight
      drawing.text(label, at: Point(place, baseline), style, typeface)
    }
  }
}
