/// The palette of Okabe and Ito, "Color universal design" (2008), which people with any colour vision can tell apart.
public enum OkabeIto {
  /// Orange.
  public static let orange = RGB(red: 230, green: 159, blue: 0)
  /// Sky blue.
  public static let skyBlue = RGB(red: 86, green: 180, blue: 233)
  /// Bluish green.
  public static let green = RGB(red: 0, green: 158, blue: 115)
  /// For areas only: on white a thin line of it can't be seen.
  public static let yellow = RGB(red: 240, green: 228, blue: 66)
  /// Blue.
  public static let blue = RGB(red: 0, green: 114, blue: 178)
  /// Vermilion.
  public static let vermilion = RGB(red: 213, green: 94, blue: 0)
  /// Reddish purple.
  public static let purple = RGB(red: 204, green: 121, blue: 167)

  /// For lines, in an order in which neighbours differ in lightness too.
  public static let lines = [vermilion, blue, green, orange, purple, skyBlue]
  /// For areas, such as the classes of a label map.
  public static let areas = [orange, skyBlue, green, yellow, blue, vermilion, purple]
}

/// A colour per class, of `OkabeIto.areas`; classes past the seventh repeat it darker. The background class is black.
public func palette(classes: Int, background: Int?) -> [RGB] {
  var next = 0
  return (0..<classes).map { k in
    if k == background { return RGB(red: 0, green: 0, blue: 0) }
    defer { next += 1 }
    let colour = OkabeIto.areas[next % OkabeIto.areas.count]
    // Each further round is a third darker: 1, 2/3, 4/9, … of the first.
    let dark = (0..<next / OkabeIto.areas.count).reduce(1.0) { factor, _ in factor * 2 / 3 }
    func shade(_ value: UInt8) -> UInt8 { UInt8((Double(value) * dark).rounded()) }
    return RGB(red: shade(colour.red), green: shade(colour.green), blue: shade(colour.blue))
  }
}
