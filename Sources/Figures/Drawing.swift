import Images

/// A figure as a list of what is on it, in the order in which it is drawn: the one source of its SVG, PDF and PNG.
package struct Drawing: Sendable, Equatable {
  /// Points (1/72 inch).
  package let width: Double
  package var height: Double
  /// What a reader who doesn't see the figure is told first.
  package var title: String
  /// What the figure shows, in a sentence or two, for the same reader.
  package var description: String
  private(set) var elements: [Element] = []

  /// The width of a figure of one or two columns of a journal page.
  package static let columnWidth = 3.4 * 72
  package static let pageWidth = 7.0 * 72

  enum Element: Sendable, Equatable {
    case shape(Shape, fill: Paint?, stroke: Stroke?)
    case text(String, Point, TextStyle, width: Double)
    case picture(Picture, Rect)
    case beginClip(Rect)
    case endClip
  }

  enum Shape: Sendable, Equatable {
    /// Corners, several outlines of them; `closed` joins each one's last to its first.
    case outlines([[Point]], closed: Bool)
    case circle(Point, radius: Double)
  }

  package init(width: Double, height: Double, title: String, description: String = "") {
    precondition(width > 0 && height > 0, "a drawing of \(width) x \(height) points")
    (self.width, self.height, self.title, self.description) = (width, height, title, description)
  }

  /// The whole of it.
  package var bounds: Rect { Rect(x: 0, y: 0, width: width, height: height) }

  package mutating func line(_ points: [Point], _ stroke: Stroke) {
    guard points.count > 1 else { return }
    elements.append(.shape(.outlines([points], closed: false), fill: nil, stroke: stroke))
  }

  /// Several lines of one stroke.
  package mutating func lines(_ lines: [[Point]], _ stroke: Stroke) {
    let lines = lines.filter { $0.count > 1 }
    guard !lines.isEmpty else { return }
    elements.append(.shape(.outlines(lines, closed: false), fill: nil, stroke: stroke))
  }

  package mutating func polygon(_ points: [Point], fill: Paint? = nil, stroke: Stroke? = nil) {
    guard points.count > 2 else { return }
    elements.append(.shape(.outlines([points], closed: true), fill: fill, stroke: stroke))
  }

  package mutating func rectangle(_ rect: Rect, fill: Paint? = nil, stroke: Stroke? = nil) {
    polygon(rect.corners, fill: fill, stroke: stroke)
  }

  package mutating func circle(_ centre: Point, radius: Double, fill: Paint? = nil, stroke: Stroke? = nil) {
    elements.append(.shape(.circle(centre, radius: radius), fill: fill, stroke: stroke))
  }

  /// One line of text; `point` is on its baseline.
  package mutating func text(_ text: String, at point: Point, _ style: TextStyle, _ typeface: Typeface) {
    guard !text.isEmpty else { return }
    elements.append(.text(text, point, style, width: typeface.width(of: text, style)))
  }

  /// A picture stretched over a rectangle, its pixels as squares.
  package mutating func picture(_ picture: Picture, in rect: Rect) {
    guard picture.width > 0 && picture.height > 0 else { return }
    elements.append(.picture(picture, rect))
  }

  /// What `draw` draws, cut off at the edges of a rectangle.
  package mutating func clipped(to rect: Rect, _ draw: (inout Drawing) -> Void) {
    elements.append(.beginClip(rect))
    draw(&self)
    elements.append(.endClip)
  }
}

/// A line's paint, thickness in points, and pattern of dashes (lengths drawn and left out, in points; none is solid).
package struct Stroke: Sendable, Equatable {
  package var paint: Paint
  package var width: Double
  package var dashes: [Double]

  package init(_ paint: Paint, width: Double = 0.75, dashes: [Double] = []) {
    (self.paint, self.width, self.dashes) = (paint, width, dashes)
  }
}

/// Pixels of 8-bit red, green and blue, rows from the top.
package struct Picture: Sendable, Equatable {
  package let width: Int
  package let height: Int
  package var bytes: [UInt8]

  package init(width: Int, height: Int, bytes: [UInt8]) {
    precondition(bytes.count == 3 * width * height, "\(bytes.count) bytes for \(width) x \(height) pixels")
    (self.width, self.height, self.bytes) = (width, height, bytes)
  }

  /// An image's own pixels; values outside 0...1 become the nearest bound, NaN 0.
  package init(_ image: Image) {
    let colours = image.converted(toChannels: 3)
    self.init(
      width: image.width, height: image.height,
      bytes: colours.values.map { $0 >= 1 ? 255 : $0 > 0 ? UInt8(($0 * 255).rounded()) : 0 })
  }
}
