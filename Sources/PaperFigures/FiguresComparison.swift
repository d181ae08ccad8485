import Figures
import Foundation
import Images
import Records
import Rows

/// Rows side by side: bars with intervals and, where it is asked for, their curves. It shows the records that exist.
struct ComparisonFigure: Sendable {
  /// What the horizontal axis of the right panel is.
  enum Curves: Sendable { case none, steps, queries }

  struct Entry: Sendable {
    var row: Row
    var label: String
    /// Which of the figure's factors are on.
    var factors: [Bool] = []
    /// Rows of one group stand together.
    var group = 0
    /// Nil is the method's look where the row is one of the methods, and one that is still free otherwise.
    var style: SeriesStyle?
    /// How its bar is filled.
    var fill = BarStyle.Fill.solid
  }

  var name: String
  /// What is compared, as the headline says it before there is a result.
  var headline: String
  /// The headline where records show it; nil where they don't yet.
  var finding: @Sendable (RecordArchive) -> String? = { _ in nil }
  var caption: String
  var entries: [Entry]
  var factors: [String] = []
  /// The row that is the level to reach, drawn as a dashed line.
  var ceiling: Row?
  var curves = Curves.steps

  private var rows: [Row] { entries.map(\.row) + [ceiling].compactMap(\.self) }

  var plan: FigurePlan {
    FigurePlan(
      name: name, caption: caption, named: rows,
      rows: { archive in
        let shown = FigurePlan.recorded(entries.map(\.row), in: archive)
        return shown.isEmpty ? [] : FigurePlan.recorded(rows, in: archive)
      },
      draw: draw)
  }

  @Sendable func draw(_ archive: RecordArchive, _ typeface: Typeface) -> Drawing {
    let archive = archive.comparable(rows)
    let shown = entries.filter { !archive.runs(of: $0.row).isEmpty }
    var page = FigurePage(
      headline: finding(archive) ?? headline, width: Drawing.pageWidth, description: description(shown, archive),
      typeface)
    let styles = styles(of: shown)
    let ceilings = archive.runs(of: ceiling)
    let level = ceilings.mean(\.result.mIoU).map { [LineChart.Level("cross-entropy", y: $0)] } ?? []
    let runs = shown.flatMap { archive.runs(of: $0.row) } + ceilings
    let highest = (runs.compactMap(\.record.result.mIoU) + runs.flatMap { $0.lines.compactMap(\.mIoU) }).max() ?? 1
    let y = Axis.fromZero("mIoU", upTo: max(0.1, highest))
    let hasCurves = curves != .none && !shown.isEmpty
    // Over queries lines end at different places, some in the middle of others: there a legend tells them apart.
    if hasCurves && curves == .queries { page.add(Legend(zip(shown, styles).map { .init($0.label, .line($1)) })) }
    page.add(height: factors.isEmpty ? 160 : 175) { area, drawing in
      let panels = hasCurves ? split(area) : [area]
      let bars = barChart(shown, styles, archive, y: y, levels: hasCurves ? [] : level)
      let lines = curveChart(shown, styles, archive, y: y, levels: level)
      let foot = max(bars.footHeight(width: panels[0].width, typeface), hasCurves ? lines.footHeight : 0)
      bars.draw(in: panels[0], on: &drawing, typeface, footHeight: foot)
      if hasCurves { lines.draw(in: panels[1], on: &drawing, typeface, footHeight: foot) }
    }
    page.add(note: note(shown, archive))
    return page.finished()
  }

  func styles(of entries: [Entry]) -> [SeriesStyle] {
    let meant = entries.map { entry in
      entry.style ?? Method(entry.row)?.style
    }
    // Free are the looks whose colour no other entry has; where all are taken, colours begin anew with other dashes and markers.
    var free = (0..<OkabeIto.lines.count).map(SeriesStyle.numbered).filter { style in
      !meant.contains { $0?.paint == style.paint }
    }
    if free.isEmpty { free = (0..<OkabeIto.lines.count).map(SeriesStyle.numbered) }
    var next = 0
    return meant.map { style in
      if let style { return style }
      defer { next += 1 }
      let look = free[next % free.count]
      return next < free.count ? look : SeriesStyle(look.paint, dashes: [3, 1], marker: .ring)
    }
  }

  private func split(_ area: Rect) -> [Rect] {
    let gap = 18.0
    let left = (area.width - gap) * 0.52
    return [
      Rect(x: area.x, y: area.y, width: left, height: area.height),
      Rect(x: area.x + left + gap, y: area.y, width: area.width - left - gap, height: area.height),
    ]
  }

  private func barChart(
    _ shown: [Entry], _ styles: [SeriesStyle], _ archive: RecordArchive, y: Axis, levels: [LineChart.Level]
  ) -> BarChart {
    var groups: [BarChart.Group] = []
    var group: Int?
    for (entry, style) in zip(shown, styles) {
      let runs = archive.runs(of: entry.row)
      let values = runs.values(\.result.mIoU)
      let bar = BarChart.Bar(
        entry.label, value: values?.interval.mean, lower: values?.interval.lower, upper: values?.interval.upper,
        runs: values?.values.map(\.value) ?? [], style: BarStyle(style.paint, entry.fill), factors: entry.factors)
      if group == entry.group {
        groups[groups.count - 1].bars.append(bar)
      } else {
        groups.append(.init("", [bar]))
      }
      group = entry.group
    }
    return BarChart("Final", y: y, groups: groups, factors: factors, levels: levels)
  }

  private func curveChart(
    _ shown: [Entry], _ styles: [SeriesStyle], _ archive: RecordArchive, y: Axis, levels: [LineChart.Level]
  ) -> LineChart {
    let horizontal = curves == .queries ? Curve.Horizontal.queries : .step
    let series = zip(shown, styles).map { entry, style in
      Series(entry.label, style, Curve.values(archive.runs(of: entry.row), over: horizontal))
    }
    let xs = series.flatMap { $0.values.map(\.x) }
    let x =
      curves == .queries
      ? Axis("Reward queries (log scale)", holding: xs, spread: .logarithmic)
      : Axis("Training steps", holding: xs, including: 0)
    var chart = LineChart(
      curves == .queries ? "Against rewards asked for" : "During training", x: x, y: y, series: series)
    chart.levels = levels
    chart.labelsAtEnds = curves == .steps
    return chart
  }

  private func note(_ shown: [Entry], _ archive: RecordArchive) -> String {
    let missing = entries.filter { archive.runs(of: $0.row).isEmpty }.map(\.label)
    let seeds = shown.isEmpty ? "No run yet." : seedsNote(shown.flatMap { archive.runs(of: $0.row) })
    return seeds + (shown.isEmpty || missing.isEmpty ? "" : " Not run yet: \(missing.joined(separator: "; ")).")
  }

  private func description(_ shown: [Entry], _ archive: RecordArchive) -> String {
    let scores = shown.compactMap { entry in
      archive.runs(of: entry.row).mean(\.result.mIoU)
        .map { "\(entry.label) \(String(format: "%.3f", $0))" }
    }
    guard !scores.isEmpty else { return "\(caption) No run is recorded yet." }
    return "\(caption) mIoU: \(scores.joined(separator: ", "))."
  }
}
