import Testing

@testable import Figures

@Suite struct GeometryTests {
  @Test func rectangles() {
    let rect = Rect(x: 1, y: 2, width: 10, height: 4)
    #expect(rect.right == 11 && rect.bottom == 6 && rect.middle == Point(6, 4))
    #expect(rect.inset(left: 20).width == 0)
    let columns = rect.columns(3, gap: 2)
    #expect(columns.count == 3 && columns[0].width == 2 && columns[2].right == 11)
    #expect(Point(0, 0).isNear(Point(3, 4), within: 5.1) && !Point(0, 0).isNear(Point(3, 4), within: 5))
  }
}
