import Foundation
import Images

/// A matrix of shares as shades of one blue, dark for much, with the numbers in the cells.
package struct HeatMap: Sendable {
  package var title: String
  package var rowTitle: String
  package var columnTitle: String
  package var rowLabels: [String]
  package var columnLabels: [String]
  /// Rows of shares from 0 to 1; nil where there is none.
  package var values: [[Double?]]

  package init(
    _ title: String, rows rowLabels: [String], columns columnLabels: [String], values: [[Double?]], rowTitle: String,
    columnTitle: String
  ) {
    precondition(
      values.count == rowLabels.count && values.allSatisfy { $0.count == columnLabels.count },
      "a heat map has a value for each row and column")
    (self.title, self.rowLabels, self.columnLabels, self.values) = (title, rowLabels, columnLabels, values)
    (self.rowTitle, self.columnTitle) = (rowTitle, columnTitle)
  }

  /// From white to a dark blue, evenly in lightness: a grey print keeps the order.
  package static func shade(_ share: Double) -> RGB {
    let part = min(max(share, 0), 1)
    func mix(_ light: Double, _ dark: Double) -> UInt8 { UInt8((light + (dark - light) * part).rounded()) }
    return RGB(red: mix(255, 8), green: mix(255, 64), blue: mix(255, 129))
  }

  /// The height of a map no wider than `width`: its cells are squares.
  package func height(width: Double, _ typeface: Typeface) -> Double {
    let margins = margins(typeface)
    return margins.top + cell(width, typeface) * Double(rowLabels.count) + 3
  }

  /// A cell's side: at most 15 points, which is enough for "100" at 7 points.
  private func cell(_ width: Double, _ typeface: Typeface) -> Double {
    min(15, (width - margins(typeface).left) / Double(max(1, columnLabels.count)))
  }

  private func margins(_ typeface: Typeface) -> (left: Double, top: Double) {
    let rows = rowLabels.map { typeface.width(of: $0, .small) }.max() ?? 0
    let columns = columnLabels.map { typeface.width(of: $0, .small) }.max() ?? 0
    return (
      left: rows + 5,
      top: TextStyle.panel.lineHeight + TextStyle.label.lineHeight + columns + 8
    )
  }

  /// Column labels are turned upright, so that they fit whatever the cells' size is.
  package func draw(in panel: Rect, on drawing: inout Drawing, _ typeface: Typeface) {
    let margins = margins(typeface)
    drawing.text(title, at: Point(panel.x, panel.y + TextStyle.panel.capHeight), .panel, typeface)
    guard !rowLabels.isEmpty && !columnLabels.isEmpty else {
      drawing.text("No record yet", at: panel.middle, .label.painted(.muted).anchored(.middle), typeface)
      return
    }
    let under = panel.y + TextStyle.panel.lineHeight + TextStyle.label.capHeight + 1
    drawing.text(
      "\(rowTitle) ↓   \(columnTitle) →", at: Point(panel.x, under), .label.painted(.muted), typeface)
    let cell = cell(panel.width, typeface)
    let origin = Point(panel.x + margins.left, panel.y + margins.top)
    for (c, label) in columnLabels.enumerated() {
      let x = origin.x + (Double(c) + 0.5) * cell + TextStyle.small.capHeight / 2
      drawing.text(label, at: Point(x, origin.y - 4), TextStyle(size: 7, paint: .muted, turned: 90), typeface)
    }
    for (r, row) in values.enumerated() {
      let middle = origin.y + (Double(r) + 0.5) * cell
      drawing.text(
        rowLabels[r], at: Point(origin.x - 4, middle + TextStyle.small.capHeight / 2), .small.anchored(.end), typeface)
      for (c, value) in row.enumerated() {
        let box = Rect(x: origin.x + Double(c) * cell, y: origin.y + Double(r) * cell, width: cell, height: cell)
        draw(value, in: box, on: &drawing, typeface)
      }
    }
    for d in 0..<min(rowLabels.count, columnLabels.count) {
      drawing.rectangle(
        Rect(x: origin.x + Double(d) * cell, y: origin.y + Double(d) * cell, width: cell, height: cell),
        stroke: Stroke(.ink, width: 0.6))
    }
  }

  private func draw(_ value: Double?, in box: Rect, on drawing: inout Drawing, _ typeface: Typeface) {
    guard let value, value.isFinite else {
      drawing.rectangle(box, fill: .colour(RGB(red: 255, green: 255, blue: 255)), stroke: Stroke(.grid, width: 0.3))
      return
    }
    drawing.rectangle(box, fill: .colour(Self.shade(value)), stroke: Stroke(.grid, width: 0.3))
    let percent = Int((100 * value).rounded())
    let text = "\(percent)"
    let style = TextStyle.small.anchored(.middle)
    // A share that rounds to nothing is left to its shade; so are numbers that would touch the cell's edges.
    guard percent > 0, typeface.width(of: text, style) <= box.width - 1.5, box.height >= 8 else { return }
    // Past the middle of the scale white has the better contrast with the shade, before it black.
    let paint = Paint.colour(value > 0.5 ? RGB(red: 255, green: 255, blue: 255) : RGB(red: 26, green: 26, blue: 26))
    drawing.text(
      text, at: Point(box.middle.x, box.middle.y + style.capHeight / 2), style.painted(paint), typeface)
  }
}
