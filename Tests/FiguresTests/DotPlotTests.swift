import Testing

@testable import Figures

@Suite(.enabled(if: fontsAreHere, fontReason)) struct DotPlotTests {
  private func drawn(_ rows: [DotPlot.Row]) throws -> Drawing {
    let plot = DotPlot("Classes", x: Axis("IoU", from: 0, to: 1), rows: rows, styles: [.numbered(0), .numbered(1)])
    let height = DotPlot.height(rows: max(1, rows.count), series: 2, title: plot.title, x: plot.x)
    var drawing = Drawing(width: Drawing.columnWidth, height: height + 8, title: "Dots")
    plot.draw(in: drawing.bounds.inset(left: 4, top: 4, right: 8, bottom: 4), on: &drawing, try Typeface.load())
    return drawing
  }

  @Test func empty() throws { #expect(try drawn([]).texts.contains("No record yet")) }

  @Test func longNamesAreCutAndFit() throws {
    let rows = ["sky", "a class with a very long name, longer than a chart"].map {
      DotPlot.Row($0, [.init(series: 0, value: 0), .init(series: 1, value: 1, lower: 0.5, upper: 1)])
    }
    let drawing = try drawn(rows)
    expectLegible(drawing)
    #expect(drawing.texts.contains { $0.hasSuffix("…") })
  }

  @Test func valuesThatAreNone() throws {
    let drawing = try drawn([.init("sky", [.init(series: 0, value: .nan)]), .init("road", [])])
    #expect(drawing.texts.contains("road"))
  }

  @Test func runsAreDrawn() throws {
    let one = try drawn([.init("sky", [.init(series: 1, value: 0.5, runs: [0.4, 0.6])])])
    let none = try drawn([.init("sky", [.init(series: 1, value: 0.5, runs: [0.5])])])
    func circles(_ drawing: Drawing) throws -> Int { try drawing.svg().components(separatedBy: "<circle").count - 1 }
    #expect(try circles(one) == circles(none) + 2)
  }

  /// Three seeds may have an interval far beyond what can be: it ends at the axis.
  @Test func intervalsEndAtTheAxis() throws {
    let wide = try drawn([.init("sky", [.init(series: 0, value: 0.5, lower: -3, upper: 4)])])
    let whole = try drawn([.init("sky", [.init(series: 0, value: 0.5, lower: 0, upper: 1)])])
    #expect(try wide.svg() == whole.svg())
  }
}
