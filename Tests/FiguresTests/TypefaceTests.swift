import Support
import Testing

@testable import Figures

@Suite struct TypefaceTests {
  @Test func missingFontsAreNamed() {
    let error = #expect(throws: InputError.self) { try Typeface(folders: ["/nonexistent"]) }
    #expect(error?.advice.contains("fonts-dejavu-core") == true && error?.found.contains("/nonexistent") == true)
  }

  @Test(.enabled(if: fontsAreHere, fontReason)) func widths() throws {
    let typeface = try Typeface.load()
    let style = TextStyle(size: 10)
    #expect(typeface.width(of: "", style) == 0)
    #expect(typeface.width(of: "aa", style) == 2 * typeface.width(of: "a", style))
    #expect(typeface.width(of: "a", TextStyle(size: 20)) == 2 * typeface.width(of: "a", style))
    #expect(typeface.width(of: "a", TextStyle(size: 10, bold: true)) > typeface.width(of: "a", style))
    #expect(typeface.width(of: "−×–→", style) > 0)
    #expect(typeface.width(of: "字", style) > 0, "a character it lacks still takes space")
  }

  @Test(.enabled(if: snapshotFontIsHere, snapshotReason)) func widthsAreTheFontsOwn() throws {
    // DejaVu Sans: H is 1540 of 2048 units wide (its hmtx table).
    #expect(try abs(Typeface.load().width(of: "H", TextStyle(size: 2048)) - 1540) < 1e-9)
  }

  @Test(.enabled(if: fontsAreHere, fontReason)) func fitting() throws {
    let typeface = try Typeface.load()
    let style = TextStyle.label
    #expect(typeface.fitted("short", style, width: 100) == "short")
    let cut = typeface.fitted("a label that is far too long", style, width: 50)
    #expect(cut.hasSuffix("…") && typeface.width(of: cut, style) <= 50)
    #expect(typeface.lines("one two three", style, width: 30).count == 3)
    #expect(typeface.lines("one two three", style, width: 500) == ["one two three"])
    #expect(typeface.lines("", style, width: 10).isEmpty)
  }
}
