/// The layout that all figures share: headline, legend, panels, notes, from top to bottom with one margin.
package struct FigurePage {
  package private(set) var drawing: Drawing
  private let typeface: Typeface
  private var y: Double

  /// From the edge to what is drawn, in points: hairlines at the edge would be cut off by some printers.
  static let margin = 4.0

  /// - Parameter description: what the figure shows, for readers who don't see it.
  package init(headline: String, width: Double, description: String, _ typeface: Typeface) {
    // The height is set when all is drawn.
    drawing = Drawing(width: width, height: 1, title: headline, description: description)
    self.typeface = typeface
    y = Self.margin
    for line in typeface.lines(headline, .headline, width: width - 2 * Self.margin) {
      drawing.text(line, at: Point(Self.margin, y + TextStyle.headline.capHeight), .headline, typeface)
      y += TextStyle.headline.lineHeight
    }
    y += 3
  }

  /// The width between the margins.
  package var width: Double { drawing.width - 2 * Self.margin }

  package mutating func add(_ legend: Legend) {
    guard !legend.entries.isEmpty else { return }
    let height = legend.height(width: width, typeface)
    legend.draw(in: Rect(x: Self.margin, y: y, width: width, height: height), on: &drawing, typeface)
    y += height + 6
  }

  /// A row of panels, all as high.
  package mutating func add(height: Double, gap: Double = 0, _ draw: (Rect, inout Drawing) -> Void) {
    draw(Rect(x: Self.margin, y: y, width: width, height: height), &drawing)
    y += height + gap
  }

  /// Small print under the panels, in as many lines as it takes.
  package mutating func add(note: String) {
    y += 3
    for line in typeface.lines(note, .small, width: width) {
      drawing.text(line, at: Point(Self.margin, y + TextStyle.small.capHeight), .small, typeface)
      y += TextStyle.small.lineHeight
    }
  }

  /// The figure, as high as what is on it.
  package func finished() -> Drawing {
    var drawing = drawing
    drawing.height = (y + Self.margin).rounded(.up)
    return drawing
  }
}
