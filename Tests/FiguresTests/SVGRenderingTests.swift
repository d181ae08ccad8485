import Foundation
import FoundationXML
import Images
import Testing

@testable import Figures

@Suite(.enabled(if: fontsAreHere, fontReason)) struct SVGRenderingTests {
  @Test func isXMLWhateverTheWords() throws {
    var drawing = Drawing(width: 100, height: 50, title: "a < b & \"c\"", description: "it's\u{0} > d")
    drawing.text("<&>\u{7}", at: Point(1, 10), .label, try Typeface.load())
    for place in [SVGPlace.file, .page] {
      let parser = XMLParser(data: Data(try drawing.svg(for: place).utf8))
      #expect(parser.parse())
    }
    #expect(try drawing.svg().contains("&lt;&amp;&gt;</text>"))
  }

  @Test func numbersThatAreNone() throws {
    var drawing = Drawing(width: 100, height: 50, title: "")
    drawing.line([Point(.nan, 1), Point(2, .infinity)], Stroke(.ink))
    #expect(try drawing.svg().contains("M0 1L2 0"))
  }

  @Test func onAPageItTakesThePagesColours() throws {
    var drawing = Drawing(width: 100, height: 50, title: "Title", description: "Says.")
    drawing.line([Point(1, 1), Point(2, 2)], Stroke(.ink))
    drawing.line([Point(1, 1), Point(2, 2)], Stroke(.grid))
    let svg = try drawing.svg(for: .page)
    #expect(svg.contains("stroke=\"currentColor\"") && svg.contains("var(--grid)"))
    #expect(svg.contains("role=\"img\"") && svg.contains("aria-label=\"Title. Says.\"") && !svg.contains("#ffffff"))
  }

  @Test func sameBytesEachTime() throws {
    let drawing = try drawn(lineChart([Series("one", .numbered(0), rise(11))]))
    #expect(try drawing.svg() == drawn(lineChart([Series("one", .numbered(0), rise(11))])).svg())
    #expect(try drawing.png() == drawing.png())
    #expect(try drawing.pdf() == drawing.pdf())
  }
}
