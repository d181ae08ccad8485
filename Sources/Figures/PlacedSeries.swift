/// A series in places on the drawing: what is drawn of it, and what can't be.
struct PlacedSeries {
  let series: Series
  /// Up to the first value that isn't finite.
  let points: [Point]
  private let lower: [Point]
  private let upper: [Point]
  /// The x of the first value that isn't finite.
  let diverged: Double?
  private let columns: ClosedRange<Double>

  init(_ series: Series, in frame: Frame) {
    self.series = series
    let whole = series.values.prefix { $0.y.isFinite }
    diverged = whole.count < series.values.count ? series.values[whole.count].x : nil
    var (points, lower, upper) = ([Point](), [Point](), [Point]())
    for value in whole {
      guard let point = frame.point(value.x, value.y) else { continue }
      points.append(point)
      lower.append(value.lower.flatMap { frame.point(value.x, $0) } ?? point)
      upper.append(value.upper.flatMap { frame.point(value.x, $0) } ?? point)
    }
    (self.points, self.lower, self.upper) = (points, lower, upper)
    columns = frame.plot.x...frame.plot.right
  }

  func drawInterval(_ kind: LineChart.Intervals, on drawing: inout Drawing) {
    guard zip(lower, upper).contains(where: { $0 != $1 }) else { return }
    switch kind {
    case .band:
      let low = thinned(lower, columns: columns, width: LineChart.columnWidth).map { lower[$0] }
      let high = thinned(upper, columns: columns, width: LineChart.columnWidth).map { upper[$0] }
      // Opacity of a fifth: two bands over each other can still be told apart.
      drawing.polygon(high + low.reversed(), fill: series.style.paint.faded(0.2))
    case .bars:
      drawing.lines(zip(lower, upper).map { [$0, $1] }, Stroke(series.style.paint, width: 0.9))
    }
  }

  /// Rings of single runs, aside from their mean's marker and interval: to the right of it, and at the last point, which may stand
  /// on the frame, to the left.
  func drawRuns(_ kind: LineChart.Intervals, in frame: Frame, on drawing: inout Drawing) {
    let whole = series.values.prefix { $0.y.isFinite }
    for value in kind == .bars ? Array(whole) : whole.suffix(1) where value.runs.count > 1 {
      for run in value.runs {
        guard let place = frame.point(value.x, run) else { continue }
        let aside = kind == .bars ? Self.runDistance : -Self.runDistance
        drawing.circle(
          Point(place.x + aside, place.y), radius: 1, fill: .paper, stroke: Stroke(series.style.paint, width: 0.5))
      }
    }
  }

  /// From a mean's marker to its runs, in points: a marker's radius and a little.
  private static let runDistance = 3.6

  func drawLine(on drawing: inout Drawing) {
    let kept = thinned(points, columns: columns, width: LineChart.columnWidth).map { points[$0] }
    drawing.line(kept, Stroke(series.style.paint, width: 1.25, dashes: series.style.dashes))
    guard let end = points.last else { return }
    var last: Point?
    for point in points.dropLast() {
      // The end gets its marker always; those before it keep their distance from it as well as from each other.
      guard [last, end].allSatisfy({ $0?.isNear(point, within: LineChart.markerDistance) != true }) else { continue }
      drawing.marker(series.style, at: point)
      last = point
    }
    drawing.marker(series.style, at: end)
  }

  /// A cross where a run diverged, and the words for it.
  func drawDivergence(in plot: Rect, on drawing: inout Drawing, _ typeface: Typeface) {
    guard let diverged else { return }
    let style = TextStyle.small.painted(.ink)
    let text = "\(series.label): diverged at \(Ticks.short(diverged))"
    guard let last = points.last else {
      drawing.text(text, at: Point(plot.x + 4, plot.bottom - 4), style, typeface)
      return
    }
    drawing.marker(SeriesStyle(.ink, marker: .cross), at: last, size: 4)
    let fitsRight = last.x + 7 + typeface.width(of: text, style) <= plot.right
    let x = fitsRight ? last.x + 7 : max(plot.x, last.x - 7 - typeface.width(of: text, style))
    let middle = max(last.y, plot.y + 4)
    // On a piece of paper, which keeps other lines out of it.
    drawing.rectangle(
      Rect(x: x - 1, y: middle - style.size / 2, width: typeface.width(of: text, style) + 2, height: style.size),
      fill: .paper)
    drawing.text(text, at: Point(x, middle + style.capHeight / 2), style, typeface)
  }
}
