import Foundation
import Images
import Testing

@testable import Figures

let fontsAreHere = (try? Typeface.load()) != nil
let fontReason: Comment = "DejaVu Sans is missing: apt-get install fonts-dejavu-core"

/// A line that a chart is tested with: a rise with an interval.
func rise(_ count: Int, to top: Double = 0.8, interval: Double = 0.05) -> [Series.Value] {
  (0..<count).map { i in
    let x = Double(i)
    let y = top * (1 - exp(-3 * x / Double(max(1, count - 1))))
    return .init(x: x, y: y, lower: y - interval, upper: y + interval)
  }
}

func lineChart(_ series: [Series], upTo x: Double = 10) -> LineChart {
  LineChart(
    "Panel", x: Axis("Steps", from: 0, to: max(1, x)), y: Axis.fromZero("mIoU", upTo: 0.9), series: series)
}

/// A chart alone on a drawing as wide as a column.
func drawn(_ chart: LineChart) throws -> Drawing {
  var drawing = Drawing(width: Drawing.columnWidth, height: 140, title: "Chart", description: "A chart.")
  chart.draw(in: drawing.bounds.inset(left: 4, top: 4, right: 4, bottom: 4), on: &drawing, try Typeface.load())
  return drawing
}

extension Drawing {
  var texts: [String] {
    elements.compactMap { if case .text(let text, _, _, _) = $0 { text } else { nil } }
  }

  /// Each text with the box it covers; turned text isn't among them.
  var textBoxes: [(text: String, box: Rect)] {
    elements.compactMap { element in
      guard case .text(let text, let point, let style, let width) = element, style.turned == 0 else { return nil }
      let left = style.anchor == .start ? point.x : style.anchor == .middle ? point.x - width / 2 : point.x - width
      return (text, Rect(x: left, y: point.y - style.capHeight, width: width, height: style.capHeight))
    }
  }

  var pathPoints: Int {
    elements.reduce(0) { sum, element in
      guard case .shape(.outlines(let outlines, _), _, _) = element else { return sum }
      return sum + outlines.reduce(0) { $0 + $1.count }
    }
  }
}

/// That no text is cut off by the figure's edges or lies on another.
func expectLegible(_ drawing: Drawing, sourceLocation: SourceLocation = #_sourceLocation) {
  let boxes = drawing.textBoxes
  for (text, box) in boxes {
    #expect(
      box.x >= 0 && box.y >= 0 && box.right <= drawing.width && box.bottom <= drawing.height, "“\(text)” is cut off",
      sourceLocation: sourceLocation)
  }
  for (i, one) in boxes.enumerated() {
    for other in boxes.dropFirst(i + 1) {
      let apart =
        one.box.right <= other.box.x || other.box.right <= one.box.x || one.box.bottom <= other.box.y
        || other.box.bottom <= one.box.y
      #expect(apart, "“\(one.text)” lies on “\(other.text)”", sourceLocation: sourceLocation)
    }
  }
}

/// Compares a drawing with its committed SVG, byte for byte, and PNG, with little tolerance; `RSS_UPDATE_SNAPSHOTS=1` writes them.
///
/// A layout follows from the font's widths, so both are compared only where the font is the version they were made with.
func expectSnapshot(_ drawing: Drawing, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Snapshots")
  let svg = folder.appendingPathComponent("\(name).svg")
  let png = folder.appendingPathComponent("\(name).png")
  if ProcessInfo.processInfo.environment["RSS_UPDATE_SNAPSHOTS"] == "1" {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(drawing.svg().utf8).write(to: svg)
    try drawing.png(pixelsPerInch: 100).write(to: png)
    return
  }
  try #expect(drawing.svg() == String(contentsOf: svg, encoding: .utf8), sourceLocation: sourceLocation)
  let expected = Picture(try PNG.readImage(at: png.path, channels: 3))
  let pixels = try drawing.pixels(pixelsPerInch: 100)
  try #require(pixels.width == expected.width && pixels.height == expected.height, sourceLocation: sourceLocation)
  // Another cairo or FreeType may round an edge's coverage differently: a few grey levels, at edges only.
  let different = zip(pixels.bytes, expected.bytes).filter { abs(Int($0) - Int($1)) > 24 }.count
  #expect(
    Double(different) < 0.002 * Double(pixels.bytes.count), "\(different) bytes differ", sourceLocation: sourceLocation)
}

/// The font that the snapshots were made with: Debian's fonts-dejavu-core 2.37, which hasn't changed since 2016.
let snapshotFont = "Version 2.37"
let snapshotFontIsHere = (try? Typeface.load())?.version == snapshotFont
let snapshotReason: Comment = "snapshots were made with DejaVu Sans 2.37; this machine has another version, or none"
