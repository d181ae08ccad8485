import CCairo
import Foundation
import Support

/// The widths of DejaVu Sans's glyphs, regular and bold: what layout needs to know of a font.
///
/// They are read from the font files in the font's own integer units, so a layout depends on the version of the font alone:
/// not on the machine's font configuration, hinting, or resolution.
package struct Typeface: Sendable {
  struct Face: Sendable {
    let path: String
    let unitsPerEm: Int
    let version: String
    let advances: [UInt32: Int]
    /// Of the substitute for a character the font lacks.
    let missing: Int
  }

  let regular: Face
  let bold: Face

  /// As the font says it: "Version 2.37".
  package var version: String { regular.version }

  /// Where Debian, Fedora and Arch put the fonts.
  static let folders = [
    "/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/dejavu-sans-fonts", "/usr/share/fonts/TTF",
  ]

  /// The machine's DejaVu Sans, read once.
  ///
  /// - Throws: `InputError` that names the package where the fonts are missing.
  package static func load() throws -> Typeface { try shared.get() }

  private static let shared = Result { try Typeface(folders: folders) }

  /// - Parameter folders: searched in their order for `DejaVuSans.ttf` and `DejaVuSans-Bold.ttf`.
  init(folders: [String]) throws {
    func path(_ name: String) throws -> String {
      if let folder = folders.first(where: { FileManager.default.fileExists(atPath: "\($0)/\(name)") }) {
        return "\(folder)/\(name)"
      }
      throw InputError(
        name, found: "no such font in \(folders.joined(separator: ", "))", expected: "DejaVu Sans, regular and bold",
        advice: "Install them: apt-get install fonts-dejavu-core.")
    }
    regular = try Face(path: path("DejaVuSans.ttf"))
    bold = try Face(path: path("DejaVuSans-Bold.ttf"))
  }

  /// The width of a line of text, in points. Cost: O(characters).
  package func width(of text: String, _ style: TextStyle) -> Double {
    let face = style.bold ? bold : regular
    let units = text.unicodeScalars.reduce(0) { $0 + (face.advances[$1.value] ?? face.missing) }
    return Double(units) * style.size / Double(face.unitsPerEm)
  }

  /// The text, or as much of its beginning as fits into a width in points, with an ellipsis.
  package func fitted(_ text: String, _ style: TextStyle, width limit: Double) -> String {
    if width(of: text, style) <= limit { return text }
    var shorter = text
    while !shorter.isEmpty && width(of: shorter + "…", style) > limit { shorter.removeLast() }
    return shorter.trimmingCharacters(in: .whitespaces) + "…"
  }

  /// The text in lines that fit into a width in points; a single word that doesn't stays whole.
  package func lines(_ text: String, _ style: TextStyle, width limit: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ").map(String.init) {
      if let last = lines.last, width(of: "\(last) \(word)", style) <= limit {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(word)
      }
    }
    return lines
  }
}

extension Typeface.Face {
  /// What figures may say: Latin with accents, Greek, and the signs of punctuation, arithmetic and arrows.
  private static let codePoints = [0x20...0x7E, 0xA0...0x17F, 0x370...0x3FF, 0x2010...0x2044, 0x2190...0x22FF]
    .flatMap { $0.map(UInt32.init) }

  init(path: String) throws {
    var facts = ccairo_font_facts()
    var widths = [Int32](repeating: -1, count: Self.codePoints.count)
    let status = ccairo_measure_font(path, Self.codePoints, widths.count, &widths, &facts)
    let known = zip(Self.codePoints, widths).filter { $0.1 >= 0 }
    guard Int(status) == CCAIRO_OK, let wide = known.first(where: { $0.0 == 0x4D })?.1 else {
      throw InputError(
        path, found: "a file that FreeType can't use", expected: "the font DejaVu Sans",
        advice: "Install it again: apt-get install --reinstall fonts-dejavu-core.")
    }
    self.path = path
    unitsPerEm = Int(facts.units_per_em)
    version = withUnsafeBytes(of: &facts.version) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    advances = Dictionary(known.map { ($0.0, Int($0.1)) }, uniquingKeysWith: { first, _ in first })
    missing = Int(wide)
  }
}
