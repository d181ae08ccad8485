import Foundation
import Testing

@testable import Figures

@Suite struct ThinningTests {
  private let points = (0..<10_000).map { i in
    Point(Double(i) * 0.02, 50 + 40 * sin(Double(i) / 300) + (i == 5_123 ? 30 : 0))
  }

  @Test func fewPointsStay() {
    for count in [0, 1, 2, 100] {
      #expect(thinned(Array(points.prefix(count)), columns: 0...200, width: 0.5) == Array(0..<count))
    }
  }

  /// Every column keeps its first, last, lowest and highest point, so nothing that is drawn moves.
  @Test func everyColumnKeepsItsExtent() {
    let kept = thinned(points, columns: 0...200, width: 0.5)
    #expect(kept.count <= 4 * 402 && kept.first == 0 && kept.last == 9_999 && kept == kept.sorted())
    #expect(kept.contains(5_123), "a single spike stays")
    let columns = Dictionary(grouping: points.indices) { Int(points[$0].x / 0.5) }
    for (column, indices) in columns {
      let mine = kept.filter { Int(points[$0].x / 0.5) == column }
      #expect(mine.map { points[$0].y }.min() == indices.map { points[$0].y }.min())
      #expect(mine.map { points[$0].y }.max() == indices.map { points[$0].y }.max())
    }
  }

  /// The drawn line covers the same pixels, up to the smoothing of edges.
  @Test(.enabled(if: fontsAreHere, fontReason)) func looksTheSame() throws {
    func picture(_ indices: [Int]) throws -> Picture {
      var drawing = Drawing(width: 200, height: 130, title: "")
      drawing.line(indices.map { points[$0] }, Stroke(.ink, width: 1))
      return try drawing.pixels(pixelsPerInch: 72)
    }
    let all = try picture(Array(points.indices))
    let few = try picture(thinned(points, columns: 0...200, width: 0.5))
    let far = zip(all.bytes, few.bytes).filter { abs(Int($0) - Int($1)) > 48 }.count
    #expect(far < all.bytes.count / 1000)
  }
}
