import Foundation
import Images

/// How one series is told from the others: by colour, and where there is none, by dashes and markers.
package struct SeriesStyle: Sendable, Equatable {
  package enum Marker: Sendable, CaseIterable { case circle, square, triangle, diamond, cross, ring }

  package var paint: Paint
  package var dashes: [Double]
  package var marker: Marker

  package init(_ paint: Paint, dashes: [Double] = [], marker: Marker) {
    (self.paint, self.dashes, self.marker) = (paint, dashes, marker)
  }

  /// The n-th of a list without meanings of its own: colour, dash and marker all differ.
  package static func numbered(_ n: Int) -> SeriesStyle {
    let dashes: [[Double]] = [[], [5, 1.5], [1.5, 1.5], [6, 1.5, 1.5, 1.5]]
    return SeriesStyle(
      .colour(OkabeIto.lines[n % OkabeIto.lines.count]), dashes: dashes[n % dashes.count],
      marker: Marker.allCases[n % Marker.allCases.count])
  }
}

extension Drawing {
  /// A marker with a thin rim of paper, so that it stands off from lines and other markers.
  mutating func marker(_ style: SeriesStyle, at p: Point, size: Double = 2.4) {
    let rim = Stroke(.paper, width: 0.6)
    switch style.marker {
    case .circle: circle(p, radius: size, fill: style.paint, stroke: rim)
    case .ring: circle(p, radius: size - 0.3, fill: .paper, stroke: Stroke(style.paint, width: 1.1))
    case .square:
      let side = 0.9 * size  // its area is then about that of the circle
      rectangle(Rect(x: p.x - side, y: p.y - side, width: 2 * side, height: 2 * side), fill: style.paint, stroke: rim)
    case .triangle: polygon(corners(3, around: p, radius: 1.3 * size), fill: style.paint, stroke: rim)
    case .diamond: polygon(corners(4, around: p, radius: 1.25 * size), fill: style.paint, stroke: rim)
    case .cross:
      let reach = 0.85 * size
      lines(
        [
          [Point(p.x - reach, p.y - reach), Point(p.x + reach, p.y + reach)],
          [Point(p.x - reach, p.y + reach), Point(p.x + reach, p.y - reach)],
        ], Stroke(style.paint, width: 1.3))
    }
  }

  private func corners(_ count: Int, around p: Point, radius: Double) -> [Point] {
    (0..<count).map { i in
      let angle = 2 * Double.pi * Double(i) / Double(count)
      return Point(p.x + radius * sin(angle), p.y - radius * cos(angle))
    }
  }
}
