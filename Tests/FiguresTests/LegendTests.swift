import Testing

@testable import Figures

@Suite(.enabled(if: fontsAreHere, fontReason)) struct LegendTests {
  @Test func wrapsWhereThereIsNoRoom() throws {
    let typeface = try Typeface.load()
    let legend = Legend((0..<9).map { .init("class number \($0)", .box(.ink)) })
    #expect(Legend([]).height(width: 100, typeface) == 0)
    let height = legend.height(width: 200, typeface)
    #expect(height > legend.height(width: 2000, typeface))
    var drawing = Drawing(width: 200, height: height, title: "")
    legend.draw(in: drawing.bounds, on: &drawing, typeface)
    expectLegible(drawing)
  }
}
