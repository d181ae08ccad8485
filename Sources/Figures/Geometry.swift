/// A place on a drawing, in points (1/72 inch) from its top left corner.
package struct Point: Sendable, Equatable {
  package var x: Double
  package var y: Double

  package init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }

  func isNear(_ other: Point, within distance: Double) -> Bool {
    (x - other.x) * (x - other.x) + (y - other.y) * (y - other.y) < distance * distance
  }
}

/// An upright rectangle in points; y goes down.
package struct Rect: Sendable, Equatable {
  package var x: Double
  package var y: Double
  package var width: Double
  package var height: Double

  package init(x: Double, y: Double, width: Double, height: Double) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  package var right: Double { x + width }
  package var bottom: Double { y + height }
  package var middle: Point { Point(x + width / 2, y + height / 2) }

  /// What is left of it without margins. A margin too wide leaves a width or height of 0.
  package func inset(left: Double = 0, top: Double = 0, right: Double = 0, bottom: Double = 0) -> Rect {
    Rect(x: x + left, y: y + top, width: max(0, width - left - right), height: max(0, height - top - bottom))
  }

  /// Itself cut into equal columns with gaps between them.
  package func columns(_ count: Int, gap: Double) -> [Rect] {
    precondition(count > 0, "a rectangle is cut into at least one column")
    let each = max(0, (width - gap * Double(count - 1)) / Double(count))
    return (0..<count).map { Rect(x: x + Double($0) * (each + gap), y: y, width: each, height: height) }
  }

  var corners: [Point] { [Point(x, y), Point(right, y), Point(right, bottom), Point(x, bottom)] }
}
