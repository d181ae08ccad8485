import Images

/// How a bar is filled: colour and pattern, so that it is known without colour too.
package struct BarStyle: Sendable, Equatable {
  package enum Fill: Sendable { case solid, hatched, open }

  package var paint: Paint
  package var fill: Fill

  package init(_ paint: Paint, _ fill: Fill) { (self.paint, self.fill) = (paint, fill) }

  /// The n-th of a list without meanings of its own.
  package static func numbered(_ n: Int) -> BarStyle {
    let fills: [Fill] = [.solid, .hatched, .open]
    return BarStyle(.colour([OkabeIto.blue, OkabeIto.orange, OkabeIto.green, OkabeIto.purple][n % 4]), fills[n % 3])
  }

  /// What text on the bar is painted in.
  var textPaint: Paint {
    guard fill == .solid else { return .ink }
    let colour = paint.onWhite.colour
    // Rec. 601's luma; white reads better than black under about 150 of 255, where WCAG's contrasts with both are equal.
    let luma = 0.299 * Double(colour.red) + 0.587 * Double(colour.green) + 0.114 * Double(colour.blue)
    if paint == .ink { return .paper }
    return .colour(luma < 150 ? RGB(red: 255, green: 255, blue: 255) : RGB(red: 26, green: 26, blue: 26))
  }

  func draw(_ bar: Rect, on drawing: inout Drawing) {
    switch fill {
    case .solid: drawing.rectangle(bar, fill: paint)
    case .open: drawing.rectangle(bar, fill: .paper, stroke: Stroke(paint, width: 1))
    case .hatched:
      drawing.rectangle(bar, fill: paint.faded(0.25))
      drawing.clipped(to: bar) { drawing in
        let spacing = 3.0  // points from stripe to stripe: they stay apart in print
        let stripes = stride(from: bar.x - bar.height, to: bar.right, by: spacing).map { x in
          [Point(x, bar.bottom), Point(x + bar.height, bar.y)]
        }
        drawing.lines(stripes, Stroke(paint, width: 0.8))
      }
      drawing.rectangle(bar, stroke: Stroke(paint, width: 0.8))
    }
  }
}
