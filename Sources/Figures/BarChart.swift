import Foundation

/// Bars from zero in groups, each with an interval and the single runs it is made of.
package struct BarChart: Sendable {
  package struct Bar: Sendable {
    /// Nil where there is no result: its place stays empty and says so.
    package var value: Double?
    package var lower: Double?
    package var upper: Double?
    /// One value for each seed.
    package var runs: [Double]
    package var style: BarStyle
    /// Under the bar, where the groups' labels don't say it all.
    package var label: String
    /// Which of the chart's `factors` are on.
    package var factors: [Bool] = []

    package init(
      _ label: String, value: Double?, lower: Double? = nil, upper: Double? = nil, runs: [Double] = [], style: BarStyle,
      factors: [Bool] = []
    ) {
      (self.label, self.value, self.lower, self.upper) = (label, value, lower, upper)
      (self.runs, self.style, self.factors) = (runs, style, factors)
    }
  }

  package struct Group: Sendable {
    package var label: String
    package var bars: [Bar]

    package init(_ label: String, _ bars: [Bar]) { (self.label, self.bars) = (label, bars) }
  }

  package var title: String
  package var y: Axis
  package var groups: [Group]
  /// Names of what is switched on and off, one line of dots each under the bars.
  package var factors: [String] = []
  /// A level to compare with: cross-entropy.
  package var levels: [LineChart.Level] = []

  package init(_ title: String, y: Axis, groups: [Group], factors: [String] = [], levels: [LineChart.Level] = []) {
    (self.title, self.y, self.groups, self.factors, self.levels) = (title, y, groups, factors, levels)
  }

  private static let factorHeight = 11.0

  /// What lies under the plot of a chart as wide as `width`.
  package func footHeight(width: Double, _ typeface: Typeface) -> Double {
    let barSpace = barSpace(width - margins(typeface).left - margins(typeface).right)
    let lines = groups.flatMap(\.bars).map { labelLines($0.label, barSpace, typeface).count }.max() ?? 0
    let perBar =
      factors.isEmpty ? Double(lines) * TextStyle.small.lineHeight : Self.factorHeight * Double(factors.count)
    return 6 + perBar + (groups.contains { !$0.label.isEmpty } ? TextStyle.label.lineHeight + 2 : 0)
  }

  private func labelLines(_ label: String, _ width: Double, _ typeface: Typeface) -> [String] {
    typeface.lines(label, .small, width: width)
  }

  /// Labels of the axis and of factors on the left, of levels on the right.
  private func margins(_ typeface: Typeface) -> (left: Double, right: Double) {
    let factor = factors.map { typeface.width(of: $0, .label) + 6 }.max() ?? 0
    let level = levels.map { typeface.width(of: $0.label, .small) + 4 }.max() ?? 2
    return (max(Frame.sideWidth(y, typeface), factor), level)
  }

  /// The space of one bar; between groups lies two thirds of that.
  private func barSpace(_ width: Double) -> Double {
    let count = groups.reduce(0) { $0 + $1.bars.count }
    return width / max(1, Double(count) + 2 / 3.0 * Double(max(0, groups.count - 1)))
  }

  /// - Parameter footHeight: of what lies under the plot, where panels side by side are to stand on one line.
  package func draw(in panel: Rect, on drawing: inout Drawing, _ typeface: Typeface, footHeight: Double? = nil) {
    let foot = footHeight ?? self.footHeight(width: panel.width, typeface)
    let margins = margins(typeface)
    let plot = panel.inset(
      left: margins.left, top: Frame.headHeight(title: title, y: y), right: margins.right, bottom: foot)
    let count = groups.reduce(0) { $0 + $1.bars.count }
    let space = barSpace(plot.width)
    let frame = Frame(plot: plot, x: Axis("", from: 0, to: 1, ticks: Ticks(values: [], labels: [])), y: y)
    frame.draw(title: title, on: &drawing, typeface)
    guard count > 0 else {
      drawing.text("No record yet", at: plot.middle, .label.painted(.muted).anchored(.middle), typeface)
      return
    }
    for level in levels {
      guard let share = y.share(level.y) else { continue }
      let height = plot.bottom - share * plot.height
      drawing.line(
        [Point(plot.x, height), Point(plot.right, height)], LineChart.levelStroke)
      drawing.text(
        level.label, at: Point(plot.right + 4, height + TextStyle.small.capHeight / 2), .small, typeface)
    }
    var x = plot.x
    for group in groups {
      let start = x
      for bar in group.bars {
        draw(bar, in: Rect(x: x, y: plot.y, width: space, height: plot.height), on: &drawing, typeface)
        x += space
      }
      drawing.text(
        typeface.fitted(group.label, .label, width: x - start + space / 2),
        at: Point((start + x) / 2, plot.bottom + foot - 2),
        .label.anchored(.middle), typeface)
      x += 2 / 3.0 * space
    }
    for (row, name) in factors.enumerated() {
      let baseline = plot.bottom + 5 + (Double(row) + 0.5) * Self.factorHeight + TextStyle.label.capHeight / 2
      drawing.text(name, at: Point(plot.x - 6, baseline), .label.anchored(.end), typeface)
    }
  }

  /// The value at the foot of its bar, where neither intervals nor levels pass; over all that is drawn of it where the bar is too
  /// low or too narrow for it.
  private func drawNumber(
    _ text: String, _ body: Rect, _ style: BarStyle, clearOf top: Double, on drawing: inout Drawing,
    _ typeface: Typeface
  ) {
    let number = TextStyle.small.anchored(.middle)
    let width = typeface.width(of: text, number) + 2
    guard body.height > 2 * number.capHeight && width <= body.width else {
      drawing.text(text, at: Point(body.middle.x, top - 3), number.painted(.ink), typeface)
      return
    }
    if style.fill != .solid {
      let back = Rect(
        x: body.middle.x - width / 2, y: body.bottom - 5 - number.capHeight, width: width, height: number.capHeight + 3)
      drawing.rectangle(back, fill: .paper)
    }
    drawing.text(text, at: Point(body.middle.x, body.bottom - 3.5), number.painted(style.textPaint), typeface)
  }

  /// One bar in its column of the plot: bar, interval, runs, the number over it, and what stands under it.
  private func draw(_ bar: Bar, in column: Rect, on drawing: inout Drawing, _ typeface: Typeface) {
    let middle = column.middle.x
    func height(_ value: Double) -> Double? {
      y.share(value).map { column.bottom - min(max($0, 0), 1) * column.height }
    }
    if let value = bar.value, let top = height(value) {
      // A bar takes 70% of its space and is never wider than 26 points, so that few bars don't become walls.
      let width = min(0.7 * column.width, 26)
      let body = Rect(x: middle - width / 2, y: top, width: width, height: column.bottom - top)
      if body.height > 0 { bar.style.draw(body, on: &drawing) }
      if let low = bar.lower.flatMap(height), let high = bar.upper.flatMap(height), low != high {
        drawing.line([Point(middle, low), Point(middle, high)], Stroke(.paper, width: 2.4))
        drawing.line([Point(middle, low), Point(middle, high)], Stroke(.ink, width: 1))
      }
      for (i, run) in bar.runs.enumerated() where bar.runs.count > 1 {
        guard let place = height(run) else { continue }
        // Runs stand side by side over the middle half of the bar.
        let shift = (Double(i) / Double(bar.runs.count - 1) - 0.5) * width / 2
        drawing.circle(Point(middle + shift, place), radius: 1.3, fill: .paper, stroke: Stroke(.ink, width: 0.6))
      }
      let highest = ([bar.upper ?? value] + bar.runs).compactMap(height).min().map { $0 - 2 } ?? top
      let full = Ticks.plain(value, decimals: 3)
      let text = typeface.width(of: full, .small) < width - 1 ? full : Ticks.plain(value, decimals: 2)
      drawNumber(text, body, bar.style, clearOf: highest, on: &drawing, typeface)
    } else {
      drawing.text("–", at: Point(middle, column.bottom - 3), .small.anchored(.middle), typeface)
    }
    if factors.isEmpty {
      for (i, line) in labelLines(bar.label, column.width, typeface).enumerated() {
        let baseline = column.bottom + 4 + TextStyle.small.capHeight + Double(i) * TextStyle.small.lineHeight
        drawing.text(line, at: Point(middle, baseline), .small.anchored(.middle), typeface)
      }
    }
    for (row, isOn) in bar.factors.prefix(factors.count).enumerated() {
      let place = Point(middle, column.bottom + 5 + (Double(row) + 0.5) * Self.factorHeight)
      drawing.circle(place, radius: 2.6, fill: isOn ? .ink : .paper, stroke: Stroke(isOn ? .ink : .muted, width: 0.7))
    }
  }
}
