import Foundation
import Images
import Testing

@testable import Figures

@Suite(.enabled(if: fontsAreHere, fontReason)) struct CairoRenderingTests {
  @Test func coloursAndPlaces() throws {
    var drawing = Drawing(width: 4, height: 2, title: "")
    drawing.rectangle(Rect(x: 1, y: 0, width: 1, height: 1), fill: .colour(OkabeIto.orange))
    drawing.clipped(to: Rect(x: 2, y: 1, width: 1, height: 1)) { drawing in
      drawing.rectangle(Rect(x: 0, y: 0, width: 4, height: 2), fill: .colour(OkabeIto.blue))
    }
    let pixels = try drawing.pixels(pixelsPerInch: 72)
    #expect(pixels.width == 4 && pixels.height == 2)
    func pixel(_ x: Int, _ y: Int) -> [UInt8] { Array(pixels.bytes[3 * (4 * y + x)..<3 * (4 * y + x) + 3]) }
    #expect(pixel(0, 0) == [255, 255, 255] && pixel(1, 0) == [230, 159, 0] && pixel(2, 0) == [255, 255, 255])
    #expect(pixel(2, 1) == [0, 114, 178] && pixel(3, 1) == [255, 255, 255])
  }

  @Test func picturesKeepTheirPixels() throws {
    let picture = Picture(width: 2, height: 1, bytes: [10, 20, 30, 200, 100, 50])
    var drawing = Drawing(width: 8, height: 4, title: "")
    drawing.picture(picture, in: drawing.bounds)
    let pixels = try drawing.pixels(pixelsPerInch: 72)
    #expect(Array(pixels.bytes.prefix(3)) == [10, 20, 30] && Array(pixels.bytes.suffix(3)) == [200, 100, 50])
    #expect(Set(pixels.bytes).count == 6, "no pixel is a mixture")
  }

  @Test func textIsDrawn() throws {
    var drawing = Drawing(width: 60, height: 20, title: "")
    drawing.text("Text", at: Point(5, 15), .headline, try Typeface.load())
    let pixels = try drawing.pixels(pixelsPerInch: 144)
    #expect(pixels.width == 120 && pixels.bytes.contains { $0 < 60 })
  }

  @Test func aPDFHasItsTextAndNoDateOfToday() throws {
    var drawing = Drawing(width: 60, height: 20, title: "T")
    drawing.text("Text", at: Point(5, 15), .label, try Typeface.load())
    let pdf = String(decoding: try drawing.pdf(), as: Unicode.ASCII.self)
    #expect(pdf.hasPrefix("%PDF") && pdf.contains("DejaVuSans") && pdf.contains("1970"))
    #expect(!pdf.contains("D:\(Calendar.current.component(.year, from: .now))"))
  }
}
