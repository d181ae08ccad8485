/// Values of named rows as dots along a horizontal axis, a marker for each series.
package struct DotPlot: Sendable {
  package struct Dot: Sendable {
    /// Which of the plot's series it is of.
    package var series: Int
    package var value: Double
    package var lower: Double?
    package var upper: Double?
    /// One value for each seed.
    package var runs: [Double]

    package init(series: Int, value: Double, lower: Double? = nil, upper: Double? = nil, runs: [Double] = []) {
      (self.series, self.value, self.lower, self.upper, self.runs) = (series, value, lower, upper, runs)
    }
  }

  package struct Row: Sendable {
    package var label: String
    package var dots: [Dot]

    package init(_ label: String, _ dots: [Dot]) { (self.label, self.dots) = (label, dots) }
  }

  package var title: String
  package var x: Axis
  package var rows: [Row]
  package var styles: [SeriesStyle]

  package init(_ title: String, x: Axis, rows: [Row], styles: [SeriesStyle]) {
    (self.title, self.x, self.rows, self.styles) = (title, x, rows, styles)
  }

  /// A row's height for as many series: they lie side by side, 4 points apart, so that equal values don't hide each other.
  package static func rowHeight(series: Int) -> Double { max(11, 4 + 4 * Double(series)) }

  /// The height of a plot with so many rows.
  package static func height(rows: Int, series: Int, title: String, x: Axis) -> Double {
    Frame.headHeight(title: title, y: Axis("", from: 0, to: 1)) + Double(rows) * rowHeight(series: series)
      + Frame.footHeight(x)
  }

  package func draw(in panel: Rect, on drawing: inout Drawing, _ typeface: Typeface) {
    let names = rows.map { typeface.fitted($0.label, .label, width: panel.width / 2.5) }
    let side = (names.map { typeface.width(of: $0, .label) }.max() ?? 0) + 6
    let plot = panel.inset(
      left: side, top: Frame.headHeight(title: title, y: Axis("", from: 0, to: 1)), right: 6,
      bottom: Frame.footHeight(x))
    let none = Ticks(values: [], labels: [])
    let frame = Frame(plot: plot, x: x, y: Axis("", from: 0, to: 1, ticks: none))
    for value in x.ticks.values {
      guard let share = x.share(value), (0...1.001).contains(share) else { continue }
      let place = plot.x + share * plot.width
      drawing.line([Point(place, plot.y), Point(place, plot.bottom)], Stroke(.grid, width: 0.5))
    }
    drawing.text(title, at: Point(panel.x, plot.y - 5), .panel, typeface)
    frame.draw(title: "", on: &drawing, typeface, yLabels: false)
    guard !rows.isEmpty else {
      drawing.text("No record yet", at: plot.middle, .label.painted(.muted).anchored(.middle), typeface)
      return
    }
    let height = plot.height / Double(rows.count)
    for (i, row) in rows.enumerated() {
      let middle = plot.y + (Double(i) + 0.5) * height
      if i > 0 {
        let edge = plot.y + Double(i) * height
        drawing.line([Point(plot.x, edge), Point(plot.right, edge)], Stroke(.grid, width: 0.4, dashes: [1, 2]))
      }
      drawing.text(
        names[i], at: Point(plot.x - 6, middle + TextStyle.label.capHeight / 2), .label.anchored(.end), typeface)
      let step = min(4, (height - 4) / Double(max(1, styles.count)))
      // The first series is drawn last, over the others.
      for dot in row.dots.reversed() {
        let shift = (Double(dot.series) - Double(styles.count - 1) / 2) * step
        draw(dot, at: middle + shift, in: frame, on: &drawing)
      }
    }
  }

  private func draw(_ dot: Dot, at height: Double, in frame: Frame, on drawing: inout Drawing) {
    let style = styles[dot.series]
    func place(_ value: Double) -> Point? {
      frame.x.share(value).map { Point(frame.plot.x + $0 * frame.plot.width, height) }
    }
    // An interval may reach beyond what the axis shows; it ends there.
    func held(_ value: Double) -> Double { min(max(value, frame.x.low), frame.x.high) }
    if let low = dot.lower.map(held).flatMap(place), let high = dot.upper.map(held).flatMap(place) {
      drawing.line([low, high], Stroke(style.paint, width: 0.9))
    }
    for run in dot.runs where dot.runs.count > 1 {
      guard let point = place(run) else { continue }
      drawing.circle(point, radius: 0.8, fill: .paper, stroke: Stroke(style.paint, width: 0.4))
    }
    if let point = place(dot.value) { drawing.marker(style, at: point, size: 2.1) }
  }
}
