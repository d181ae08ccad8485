import Foundation

/// One line of a line chart: points in the order of x, each with an interval where there is one.
package struct Series: Sendable {
  package struct Value: Sendable, Equatable {
    package var x: Double
    /// Not finite where the run had diverged.
    package var y: Double
    package var lower: Double?
    package var upper: Double?
    /// One value for each seed: small rings beside every point of a chart with interval bars, and beside the last point of
    /// one with bands, where more would hide the lines.
    package var runs: [Double]

    package init(x: Double, y: Double, lower: Double? = nil, upper: Double? = nil, runs: [Double] = []) {
      (self.x, self.y, self.lower, self.upper, self.runs) = (x, y, lower, upper, runs)
    }
  }

  package var label: String
  package var style: SeriesStyle
  package var values: [Value]

  package init(_ label: String, _ style: SeriesStyle, _ values: [Value]) {
    (self.label, self.style, self.values) = (label, style, values)
  }
}

/// Lines with bands or interval bars over one pair of axes.
package struct LineChart: Sendable {
  package enum Intervals: Sendable { case band, bars }

  /// A level that others are compared with: a dashed line across the plot. Its label is empty where a legend has it.
  package struct Level: Sendable {
    package var y: Double
    package var label: String

    package init(_ label: String, y: Double) { (self.label, self.y) = (label, y) }
  }

  package var title: String
  package var x: Axis
  package var y: Axis
  package var series: [Series]
  package var levels: [Level] = []
  /// Lines that only show where the others lie: thin and grey, under everything.
  package var context: [[Series.Value]] = []
  package var intervals = Intervals.band
  /// Labels in the margin, for lines that all reach it; a legend elsewhere otherwise.
  package var labelsAtEnds = false
  /// Said in the plot where nothing can be drawn.
  package var emptyNote = "No record yet"

  package init(_ title: String, x: Axis, y: Axis, series: [Series]) {
    (self.title, self.x, self.y, self.series) = (title, x, y, series)
  }

  /// What levels are drawn with, and a legend's sample of them.
  package static let levelStroke = Stroke(.ink, width: 0.9, dashes: [4, 2])
  /// The same for lines of the context.
  package static let contextStroke = Stroke(Paint.ink.faded(0.45), width: 0.7)
  /// The least distance between two markers of a line, in points: closer ones would run together.
  static let markerDistance = 6.0
  /// From the plot to labels at lines' ends, in points: room for the lines that join them.
  private static let leader = 13.0
  /// The width of a line's marker before its label: where lines end close together, only it tells which is which.
  private static let mark = 5.0
  /// Thinning's column: half a point is less than a line's thickness.
  static let columnWidth = 0.5

  /// Where the plot lies in a panel.
  private func frame(in panel: Rect, _ typeface: Typeface, footHeight: Double?) -> Frame {
    let labels = series.map(\.label) + levels.map(\.label)
    let atEnds =
      labelsAtEnds ? Self.leader + Self.mark + 4 + (labels.map { typeface.width(of: $0, .label) }.max() ?? 0) : 5
    let plot = panel.inset(
      left: Frame.sideWidth(y, typeface), top: Frame.headHeight(title: title, y: y), right: atEnds,
      bottom: footHeight ?? self.footHeight)
    return Frame(plot: plot, x: x, y: y)
  }

  /// What lies under the plot.
  package var footHeight: Double { Frame.footHeight(x) }

  /// - Parameter footHeight: of what lies under the plot, where panels side by side are to stand on one line.
  package func draw(in panel: Rect, on drawing: inout Drawing, _ typeface: Typeface, footHeight: Double? = nil) {
    let frame = frame(in: panel, typeface, footHeight: footHeight)
    frame.draw(title: title, on: &drawing, typeface)
    let lines = series.map { PlacedSeries($0, in: frame) }
    guard lines.contains(where: { !$0.points.isEmpty || $0.diverged != nil }) || !levels.isEmpty else {
      drawing.text(
        emptyNote, at: Point(frame.plot.middle.x, frame.plot.middle.y), .label.painted(.muted).anchored(.middle),
        typeface)
      return
    }
    drawing.clipped(to: frame.plot.inset(left: -3, top: -3, right: -3, bottom: -0.5)) { drawing in
      for values in context {
        drawing.line(values.compactMap { frame.point($0.x, $0.y) }, Self.contextStroke)
      }
      for line in lines { line.drawInterval(intervals, on: &drawing) }
      for level in levels {
        guard let point = frame.point(x.high, level.y) else { continue }
        drawing.line(
          [Point(frame.plot.x, point.y), Point(frame.plot.right, point.y)],
          Self.levelStroke)
      }
      for line in lines { line.drawRuns(intervals, in: frame, on: &drawing) }
      for line in lines { line.drawLine(on: &drawing) }
    }
    for line in lines { line.drawDivergence(in: frame.plot, on: &drawing, typeface) }
    if labelsAtEnds {
      drawEndLabels(lines, frame, on: &drawing, typeface)
    } else {
      for level in levels { drawLevelLabel(level, frame, on: &drawing, typeface) }
    }
  }

  /// A level's name on its line, on a piece of paper that keeps grid lines out of it.
  private func drawLevelLabel(
    _ level: Level, _ frame: Frame, on drawing: inout Drawing, _ typeface: Typeface
  ) {
    guard !level.label.isEmpty, let point = frame.point(x.low, level.y) else { return }
    let style = TextStyle.small
    let place = Point(frame.plot.x + 3, point.y - 3)
    let back = Rect(
      x: place.x - 2, y: place.y - style.capHeight - 1.5, width: typeface.width(of: level.label, style) + 4,
      height: style.capHeight + 3)
    drawing.rectangle(back, fill: .paper)
    drawing.text(level.label, at: place, style, typeface)
  }

  /// Labels in the margin beside the ends of lines, each joined to its line's end where it had to give way to another.
  private func drawEndLabels(_ lines: [PlacedSeries], _ frame: Frame, on drawing: inout Drawing, _ typeface: Typeface) {
    let style = TextStyle.label
    let ends =
      levels.compactMap { level in
        frame.point(x.high, level.y).map { (label: level.label, style: nil as SeriesStyle?, end: $0) }
      }
      + lines.compactMap { line in
        line.points.last.map { (label: line.series.label, style: line.series.style, end: $0) }
      }
    let places = spreadApart(ends.map(\.end.y), gap: style.lineHeight, within: frame.plot.y...frame.plot.bottom)
    for ((label, mark, end), place) in zip(ends, places) {
      let start = Point(frame.plot.right + Self.leader, place)
      drawing.line([Point(end.x + 3, end.y), Point(start.x - 2, start.y)], Stroke(.muted, width: 0.4))
      if let mark { drawing.marker(mark, at: Point(start.x + Self.mark / 2, place)) }
      drawing.text(label, at: Point(start.x + Self.mark + 2, place + style.capHeight / 2), style, typeface)
    }
  }
}
