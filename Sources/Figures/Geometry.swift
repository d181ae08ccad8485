/// A place on a drawing, in points (1/72 inch) from its top left corner.
public struct Point: Sendable, Equatable {
  public var x: Double
  public var y: Double

  public init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }

  func isNear(_ other: Point, within distance: Double) -> Bool {
    (x - other.x) * (x - other.x) + (y - other.y) * (y - other.y) < distance * distance
  }
}

/// An upright rectangle in points; y goes down.
public struct Rect: Sendable, Equatable {
  public var x: Double
  public var y: Double
  public var width: Double
  public var height: Double

  public init(x: Double, y: Double, width: Double, height: Double) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  public var right: Double { x + width }
  public var bottom: Double { y + height }
  public var middle: Point { Point(x + width / 2, y + height / 2) }

  /// What is left of it without margins. A margin too wide leaves a width or height of 0.
  public func inset(left: Double = 0, top: Double = 0, right: Double = 0, bottom: Double = 0) -> Rect {
    Rect(x: x + left, y: y + top, width: max(0, width - left - right), height: max(0, height - top - bottom))
  }

  /// Itself cut into equal columns with gaps between them.
  public func columns(_ count: Int, gap: Double) -> [Rect] {
    precondition(count > 0, "a rectangle is cut into at least one column")
    let each = max(0, (width - gap * Double(count - 1)) / Double(count))
    return (0..<count).map { Rect(x: x + Double($0) * (each + gap), y: y, width: each, height: height) }
  }

  var corners: [Point] { [Point(x, y), Point(right, y), Point(right, bottom), Point(x, bottom)] }
}
