import Images

/// What something is drawn in. The named ones follow the page that a figure stands on, light or dark.
package enum Paint: Sendable, Equatable {
  /// Text, axes, and the series that others are compared with.
  case ink
  /// Text of second rank: ticks, notes.
  case muted
  /// Lines that only help to read a value.
  case grid
  /// The page itself, to set marks off from what lies under them.
  case paper
  case colour(RGB, opacity: Double)

  package static func colour(_ colour: RGB) -> Paint { .colour(colour, opacity: 1) }

  /// The colour on a white page. Muted text keeps a contrast of 7:1 with white, more than WCAG's AA asks (4.5:1).
  var onWhite: (colour: RGB, opacity: Double) {
    switch self {
    case .ink: (RGB(red: 26, green: 26, blue: 26), 1)
    case .muted: (RGB(red: 89, green: 89, blue: 89), 1)
    case .grid: (RGB(red: 222, green: 222, blue: 222), 1)
    case .paper: (RGB(red: 255, green: 255, blue: 255), 1)
    case .colour(let colour, let opacity): (colour, opacity)
    }
  }

  /// The same, paler: the band around a line. Ink fades to a middle grey, which shows on a dark page as well as on a white one.
  package func faded(_ opacity: Double) -> Paint {
    if case .colour(let colour, let before) = self { return .colour(colour, opacity: before * opacity) }
    return .colour(RGB(red: 128, green: 128, blue: 128), opacity: opacity)
  }
}
