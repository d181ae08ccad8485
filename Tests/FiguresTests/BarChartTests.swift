import Testing

@testable import Figures

@Suite(.enabled(if: fontsAreHere, fontReason)) struct BarChartTests {
  private func drawn(_ groups: [BarChart.Group], factors: [String] = [], width: Double = Drawing.columnWidth) throws
    -> Drawing
  {
    var drawing = Drawing(width: width, height: 150, title: "Bars")
    BarChart("Bars", y: .fromZero("mIoU", upTo: 0.8), groups: groups, factors: factors)
      .draw(in: drawing.bounds.inset(left: 4, top: 4, right: 4, bottom: 4), on: &drawing, try Typeface.load())
    return drawing
  }

  @Test func empty() throws {
    #expect(try drawn([]).texts.contains("No record yet"))
  }

  @Test func missingAndNotFiniteValues() throws {
    let bars = [
      BarChart.Bar("none", value: nil, style: .numbered(0)), BarChart.Bar("broken", value: .nan, style: .numbered(1)),
      BarChart.Bar("zero", value: 0, style: .numbered(2)),
    ]
    let drawing = try drawn([.init("", bars)])
    #expect(drawing.texts.filter { $0 == "–" }.count == 2 && drawing.texts.contains("0.000"))
    expectLegible(drawing)
  }

  @Test(arguments: [1, 4, 8]) func textFits(count: Int) throws {
    let bars = (0..<count).map { i in
      BarChart.Bar(
        "", value: 0.5, lower: 0.4, upper: 0.6, runs: [0.4, 0.6], style: .numbered(i), factors: [true, false, true])
    }
    expectLegible(try drawn([.init("", bars)], factors: ["PSR", "PSD", "SyncAN"]))
  }
}
