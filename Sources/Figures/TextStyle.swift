/// How a line of text is set.
public struct TextStyle: Sendable, Equatable {
  public enum Anchor: String, Sendable { case start, middle, end }

  /// The height of the em in points.
  public var size: Double
  public var bold = false
  public var paint = Paint.ink
  /// Which part of the text stands at its place.
  public var anchor = Anchor.start
  /// Degrees, turned against the clock.
  public var turned = 0.0

  public init(size: Double, bold: Bool = false, paint: Paint = .ink, anchor: Anchor = .start, turned: Double = 0) {
    precondition(size >= Self.smallest, "text of \(size) points is too small to read in print")
    (self.size, self.bold, self.paint, self.anchor, self.turned) = (size, bold, paint, anchor, turned)
  }

  /// The smallest text in any figure: 7 points, what journals ask of printed figures (Nature's is 5 to 7).
  public static let smallest = 7.0

  /// Tick labels, notes and values.
  public static let small = TextStyle(size: smallest, paint: .muted)
  /// Axis titles, legends, class names.
  public static let label = TextStyle(size: 7.5)
  /// The title of a panel.
  public static let panel = TextStyle(size: 8, bold: true)
  /// What a figure says.
  public static let headline = TextStyle(size: 9.5, bold: true)

  public func anchored(_ anchor: Anchor) -> TextStyle { changed { $0.anchor = anchor } }
  public func painted(_ paint: Paint) -> TextStyle { changed { $0.paint = paint } }

  private func changed(_ change: (inout TextStyle) -> Void) -> TextStyle {
    var style = self
    change(&style)
    return style
  }

  /// From the baseline up to the top of capitals and digits: 0.73 of the em in DejaVu Sans (its OS/2 table's cap height is 1493 of
  /// 2048 units).
  public var capHeight: Double { 0.73 * size }
  /// From one baseline to the next.
  public var lineHeight: Double { 1.25 * size }
}
