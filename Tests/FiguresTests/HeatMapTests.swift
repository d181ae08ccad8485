import Images
import Testing

@testable import Figures

@Suite(.enabled(if: fontsAreHere, fontReason)) struct HeatMapTests {
  private func drawn(_ classes: [String], _ values: [[Double?]]) throws -> Drawing {
    let typeface = try Typeface.load()
    let map = HeatMap(
      "Map", rows: classes, columns: classes, values: values, rowTitle: "truth", columnTitle: "prediction")
    let height = classes.isEmpty ? 60 : map.height(width: 236, typeface)
    var drawing = Drawing(width: 244, height: height + 8, title: "Map")
    map.draw(in: drawing.bounds.inset(left: 4, top: 4, right: 4, bottom: 4), on: &drawing, typeface)
    return drawing
  }

  @Test func empty() throws { #expect(try drawn([], []).texts.contains("No record yet")) }

  @Test func numbersAreInTheirCells() throws {
    let drawing = try drawn(["sky", "road"], [[1, 0.004], [.nan, nil]])
    expectLegible(drawing)
    #expect(drawing.texts.contains("100") && !drawing.texts.contains("0"))
  }

  @Test func shadesGetDarkerEvenly() {
    let shades = stride(from: 0.0, through: 1, by: 0.1).map { share -> Double in
      let c = HeatMap.shade(share)
      return 0.299 * Double(c.red) + 0.587 * Double(c.green) + 0.114 * Double(c.blue)
    }
    #expect(zip(shades, shades.dropFirst()).allSatisfy { $0 - $1 > 15 })
    #expect(HeatMap.shade(-1) == HeatMap.shade(0) && HeatMap.shade(2) == HeatMap.shade(1))
  }
}
