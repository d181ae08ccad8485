/// How a line of text is set.
package struct TextStyle: Sendable, Equatable {
  package enum Anchor: String, Sendable { case start, middle, end }

  /// The height of the em in points.
  package var size: Double
  package var bold = false
  package var paint = Paint.ink
  /// Which part of the text stands at its place.
  package var anchor = Anchor.start
  /// Degrees, turned against the clock.
  package var turned = 0.0

  package init(size: Double, bold: Bool = false, paint: Paint = .ink, anchor: Anchor = .start, turned: Double = 0) {
    precondition(size >= Self.smallest, "text of \(size) points is too small to read in print")
    (self.size, self.bold, self.paint, self.anchor, self.turned) = (size, bold, paint, anchor, turned)
  }

  /// The smallest text in any figure: 7 points, what journals ask of printed figures (Nature's is 5 to 7).
  package static let smallest = 7.0

  /// Tick labels, notes and values.
  package static let small = TextStyle(size: smallest, paint: .muted)
  /// Axis titles, legends, class names.
  package static let label = TextStyle(size: 7.5)
  /// The title of a panel.
  package static let panel = TextStyle(size: 8, bold: true)
  /// What a figure says.
  package static let headline = TextStyle(size: 9.5, bold: true)

  package func anchored(_ anchor: Anchor) -> TextStyle { changed { $0.anchor = anchor } }
  package func painted(_ paint: Paint) -> TextStyle { changed { $0.paint = paint } }

  private func changed(_ change: (inout TextStyle) -> Void) -> TextStyle {
    var style = self
    change(&style)
    return style
  }

  /// From the baseline up to the top of capitals and digits: 0.73 of the em in DejaVu Sans (its OS/2 table's cap height is 1493 of
  /// 2048 units).
  package var capHeight: Double { 0.73 * size }
  /// From one baseline to the next.
  package var lineHeight: Double { 1.25 * size }
}
