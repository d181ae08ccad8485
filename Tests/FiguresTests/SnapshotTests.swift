import Foundation
import Images
import Testing

@testable import Figures

/// To update: `RSS_UPDATE_SNAPSHOTS=1 make test ARGS="--filter SnapshotTests"`, then look at what changed.
@Suite(.enabled(if: snapshotFontIsHere, snapshotReason))
struct SnapshotTests {
  @Test func lines() throws {
    var chart = lineChart([
      Series("one", .numbered(0), rise(11)), Series("two", .numbered(1), rise(11, to: 0.4)),
      Series("diverged", .numbered(2), rise(11, to: 0.6).map { $0.x < 5 ? $0 : .init(x: $0.x, y: .nan) }),
    ])
    chart.levels = [.init("level", y: 0.8)]
    try expectSnapshot(drawn(chart), "lines")
  }

  @Test func bars() throws {
    var drawing = Drawing(width: Drawing.columnWidth, height: 150, title: "Bars")
    let bars = (0..<6).map { i -> BarChart.Bar in
      let value = 0.1 + Double(i) / 10
      return BarChart.Bar(
        "", value: i == 2 ? nil : value, lower: value - 0.1, upper: value + 0.1, runs: [value - 0.05, value + 0.02],
        style: .numbered(i), factors: [i % 2 == 1, i > 2])
    }
    let chart = BarChart(
      "Bars", y: .fromZero("mIoU", upTo: 0.7), groups: [.init("a", Array(bars[0..<3])), .init("b", Array(bars[3...]))],
      factors: ["PSR", "PSD"], levels: [.init("level", y: 0.65)])
    chart.draw(in: drawing.bounds.inset(left: 4, top: 4, right: 4, bottom: 4), on: &drawing, try Typeface.load())
    try expectSnapshot(drawing, "bars")
  }

  @Test func heatMapAndDots() throws {
    var page = FigurePage(headline: "Both", width: Drawing.pageWidth, description: "", try Typeface.load())
    let map = HeatMap(
      "Map", rows: ["sky", "road"], columns: ["sky", "road"], values: [[0.9, 0.1], [nil, 1]], rowTitle: "truth",
      columnTitle: "prediction")
    let plot = DotPlot(
      "Dots", x: Axis("IoU", from: 0, to: 1),
      rows: [.init("sky", [.init(series: 0, value: 0.3, lower: 0.1, upper: 0.4), .init(series: 1, value: 0.31)])],
      styles: [.numbered(0), .numbered(1)])
    let typeface = try Typeface.load()
    page.add(
      Legend([.init("line", .line(.numbered(3))), .init("void", .hatchedBox), .init("bar", .bar(.numbered(1)))]))
    page.add(height: 110) { area, drawing in
      let panels = area.columns(2, gap: 12)
      map.draw(in: panels[0], on: &drawing, typeface)
      plot.draw(in: panels[1], on: &drawing, typeface)
    }
    try expectSnapshot(page.finished(), "map-and-dots")
  }

  @Test func pictures() throws {
    let labels = LabelMap(width: 3, height: 2, classes: [0, 1, 255, 1, 0, 255])
    let picture = Picture(labels, palette: [RGB(red: 0, green: 0, blue: 0), OkabeIto.orange], fineness: 24)
    let grid = ImageGrid(
      columns: ["Truth", "A long heading over"],
      rows: [.init("First: image-0", [.init(picture, caption: "mIoU 0.50"), .init(nil)])])
    let typeface = try Typeface.load()
    var drawing = Drawing(width: 150, height: grid.height(width: 150, typeface), title: "Grid")
    grid.draw(in: drawing.bounds, on: &drawing, typeface)
    try expectSnapshot(drawing, "pictures")
  }
}
