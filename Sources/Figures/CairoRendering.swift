import CCairo
import Foundation
import Images
import Support

extension Drawing {
  /// The figure as a PNG. The same drawing gives the same bytes with the same cairo and libpng.
  ///
  /// - Parameter pixelsPerInch: 200 shows 7-point text sharply on a screen and prints well.
  /// - Throws: `InputError` where a font is missing or there is no memory.
  package func png(pixelsPerInch: Double = 200) throws -> Data {
    let picture = try pixels(pixelsPerInch: pixelsPerInch)
    return try PNG.encode(colours: picture.bytes, width: picture.width, height: picture.height, named: title)
  }

  /// The figure as a PDF of one page, its text as text.
  package func pdf() throws -> Data {
    try render(on: ccairo_pdf(width, height)) { Data(bytes: $0.bytes, count: $0.count) }
  }

  /// The figure's pixels on white.
  func pixels(pixelsPerInch: Double) throws -> Picture {
    try render(on: ccairo_image(width, height, pixelsPerInch / 72)) { result in
      let (columns, rows, stride) = (Int(result.width), Int(result.height), Int(result.stride))
      let bytes = [UInt8](unsafeUninitializedCapacity: 3 * columns * rows) { target, count in
        for y in 0..<rows {
          for x in 0..<columns {
            let from = y * stride + 4 * x
            let to = 3 * (y * columns + x)
            // A pixel is a 32-bit number, red above green above blue; the least byte is first in memory.
            for c in 0..<3 { target[to + c] = result.bytes[from + 2 - c] }
          }
        }
        count = 3 * columns * rows
      }
      return Picture(width: columns, height: rows, bytes: bytes)
    }
  }

  private func render<Output>(on canvas: OpaquePointer?, _ read: (ccairo_result) -> Output) throws -> Output {
    guard let canvas else { throw failure("no memory to draw on") }
    defer { ccairo_free(canvas) }
    let typeface = try Typeface.load()
    for (number, face) in [typeface.regular, typeface.bold].enumerated() {
      guard Int(ccairo_open_font(canvas, Int32(number), face.path)) == CCAIRO_OK else {
        throw failure("a font that can't be opened, \(face.path)")
      }
    }
    for element in elements { element.draw(on: canvas) }
    var result = ccairo_result()
    guard Int(ccairo_finish(canvas, &result)) == CCAIRO_OK, result.bytes != nil else {
      throw failure(String(cString: ccairo_message(canvas)))
    }
    return read(result)
  }

  private func failure(_ found: String) -> InputError {
    InputError(
      "the figure “\(title)”", found: found, expected: "a figure drawn by cairo",
      advice: "Close other programs, or draw it smaller.")
  }
}

extension Drawing.Element {
  fileprivate func draw(on canvas: OpaquePointer) {
    switch self {
    case .shape(let shape, let fill, let stroke):
      switch shape {
      case .outlines(let outlines, let closed):
        for points in outlines {
          ccairo_add_points(canvas, points.flatMap { [$0.x, $0.y] }, points.count, closed ? 1 : 0)
        }
      case .circle(let centre, let radius):
        ccairo_add_circle(canvas, centre.x, centre.y, radius)
      }
      if let fill { ccairo_fill(canvas, fill.cairo) }
      if let stroke {
        ccairo_stroke(canvas, stroke.paint.cairo, stroke.width, stroke.dashes, Int32(stroke.dashes.count))
      }
      ccairo_clear_path(canvas)
    case .text(let text, let point, let style, let width):
      let shift = style.anchor == .start ? 0 : style.anchor == .middle ? -width / 2 : -width
      let angle = -style.turned * .pi / 180
      ccairo_text(
        canvas, style.bold ? 1 : 0, style.size, point.x + shift * cos(angle), point.y + shift * sin(angle), angle, text,
        style.paint.cairo)
    case .picture(let picture, let rect):
      ccairo_picture(
        canvas, picture.bytes, Int32(picture.width), Int32(picture.height), rect.x, rect.y, rect.width, rect.height)
    case .beginClip(let rect): ccairo_begin_clip(canvas, rect.x, rect.y, rect.width, rect.height)
    case .endClip: ccairo_end_clip(canvas)
    }
  }
}

extension Paint {
  fileprivate var cairo: ccairo_colour {
    let (colour, opacity) = onWhite
    return ccairo_colour(
      red: Double(colour.red) / 255, green: Double(colour.green) / 255, blue: Double(colour.blue) / 255, alpha: opacity)
  }
}
