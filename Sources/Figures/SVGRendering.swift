import Foundation
import Images
import Support

/// Where an SVG stands.
package enum SVGPlace: Sendable {
  /// A file of its own, on white.
  case file
  /// Part of a web page, whose text colour it takes, and its colour variables `--muted`, `--grid` and `--paper`.
  case page
}

extension Drawing {
  /// The figure as SVG. The same drawing gives the same bytes.
  ///
  /// Written here rather than by cairo, whose SVG turns text into outlines and numbers its parts by what was drawn before
  /// in the same process. Text stays text, so it can be searched and read aloud; `textLength` holds it to the width that was
  /// measured, where the reader's machine has another font.
  package func svg(for place: SVGPlace = .file) throws -> String {
    var out = "<svg xmlns=\"http://www.w3.org/2000/svg\" "
    if place == .file { out += "width=\"\(number(width))pt\" height=\"\(number(height))pt\" " }
    out += "viewBox=\"0 0 \(number(width)) \(number(height))\" role=\"img\" aria-label=\"\(htmlEscaped(spoken))\" "
    out += "font-family=\"DejaVu Sans, Verdana, sans-serif\">\n"
    if place == .file {
      out += "<title>\(htmlEscaped(title))</title>\n<desc>\(htmlEscaped(description))</desc>\n"
      out += "<rect width=\"\(number(width))\" height=\"\(number(height))\" fill=\"#ffffff\"/>\n"
    }
    for element in elements { out += try element.svg(place) }
    return out + "</svg>\n"
  }

  private var spoken: String { description.isEmpty ? title : "\(title). \(description)" }
}

extension Drawing.Element {
  fileprivate func svg(_ place: SVGPlace) throws -> String {
    switch self {
    case .shape(let shape, let fill, let stroke):
      let painted = (fill.map { $0.svg("fill", place) } ?? " fill=\"none\"") + (stroke?.svg(place) ?? "")
      switch shape {
      case .circle(let centre, let radius):
        return "<circle cx=\"\(number(centre.x))\" cy=\"\(number(centre.y))\" r=\"\(number(radius))\"\(painted)/>\n"
      case .outlines(let outlines, let closed):
        let path = outlines.map { points in
          "M" + points.map { "\(number($0.x)) \(number($0.y))" }.joined(separator: "L") + (closed ? "Z" : "")
        }
        return "<path d=\"\(path.joined())\"\(painted)/>\n"
      }
    case .text(let text, let point, let style, let width):
      var out = "<text x=\"\(number(point.x))\" y=\"\(number(point.y))\" font-size=\"\(number(style.size))\""
      if style.bold { out += " font-weight=\"bold\"" }
      if style.anchor != .start { out += " text-anchor=\"\(style.anchor.rawValue)\"" }
      if style.turned != 0 {
        out += " transform=\"rotate(\(number(-style.turned)) \(number(point.x)) \(number(point.y)))\""
      }
      out += " textLength=\"\(number(width))\" lengthAdjust=\"spacingAndGlyphs\""
      return out + style.paint.svg("fill", place) + ">\(htmlEscaped(text))</text>\n"
    case .picture(let picture, let rect):
      let bytes = try PNG.encode(colours: picture.bytes, width: picture.width, height: picture.height)
        .base64EncodedString()
      return "<image\(rect.svg) preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" "
        + "href=\"data:image/png;base64,\(bytes)\"/>\n"
    case .beginClip(let rect):
      // A nested svg element clips to its own edges and, unlike a clip path, needs no name that is unique on a page.
      return
        "<svg\(rect.svg) viewBox=\"\(number(rect.x)) \(number(rect.y)) \(number(rect.width)) \(number(rect.height))\">\n"
    case .endClip: return "</svg>\n"
    }
  }
}

extension Rect {
  fileprivate var svg: String {
    " x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\""
  }
}

extension Stroke {
  fileprivate func svg(_ place: SVGPlace) -> String {
    var out = paint.svg("stroke", place) + " stroke-width=\"\(number(width))\" stroke-linejoin=\"round\""
    if !dashes.isEmpty { out += " stroke-dasharray=\"\(dashes.map(number).joined(separator: " "))\"" }
    return out
  }
}

extension Paint {
  fileprivate func svg(_ attribute: String, _ place: SVGPlace) -> String {
    if place == .page {
      switch self {
      case .ink: return " \(attribute)=\"currentColor\""
      case .muted: return " style=\"\(attribute):var(--muted)\""
      case .grid: return " style=\"\(attribute):var(--grid)\""
      case .paper: return " style=\"\(attribute):var(--paper)\""
      case .colour: break
      }
    }
    let (colour, opacity) = onWhite
    let digits = [colour.red, colour.green, colour.blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    let veil = opacity < 1 ? " \(attribute)-opacity=\"\(number(opacity))\"" : ""
    return " \(attribute)=\"#\(digits.joined())\"\(veil)"
  }
}

/// A number with at most two decimals, a hundredth of a point, which no screen or printer shows.
private func number(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 1e9 else { return "0" }
  let hundredths = Int((value * 100).rounded())
  let (whole, part) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
  let sign = hundredths < 0 ? "-" : ""
  if part == 0 { return "\(sign)\(whole)" }
  if part % 10 == 0 { return "\(sign)\(whole).\(part / 10)" }
  return "\(sign)\(whole).\(part < 10 ? "0" : "")\(part)"
}
