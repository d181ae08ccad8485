/// What stands for what, in lines as wide as there is room.
package struct Legend: Sendable {
  package struct Entry: Sendable {
    package enum Sample: Sendable {
      case line(SeriesStyle)
      case stroke(Stroke)
      case marker(SeriesStyle)
      case bar(BarStyle)
      case box(Paint)
      case hatchedBox
    }

    package var label: String
    package var sample: Sample

    package init(_ label: String, _ sample: Sample) { (self.label, self.sample) = (label, sample) }
  }

  package var entries: [Entry]

  package init(_ entries: [Entry]) { self.entries = entries }

  private static let style = TextStyle.label
  private static let rowHeight = 12.0
  private static let gap = 13.0

  /// Entries in rows, with the place of each from the left.
  private func rows(width: Double, _ typeface: Typeface) -> [[(entry: Entry, x: Double)]] {
    var rows: [[(entry: Entry, x: Double)]] = []
    var x = 0.0
    for entry in entries {
      let needed = sampleWidth(entry) + 4 + typeface.width(of: entry.label, Self.style)
      if rows.isEmpty || x + needed > width {
        rows.append([])
        x = 0
      }
      rows[rows.count - 1].append((entry, x))
      x += needed + Self.gap
    }
    return rows
  }

  private func sampleWidth(_ entry: Entry) -> Double {
    switch entry.sample {
    case .line, .stroke: 20
    case .marker: 7
    case .bar, .box, .hatchedBox: 10
    }
  }

  package func height(width: Double, _ typeface: Typeface) -> Double {
    Double(rows(width: width, typeface).count) * Self.rowHeight
  }

  package func draw(in area: Rect, on drawing: inout Drawing, _ typeface: Typeface) {
    for (number, row) in rows(width: area.width, typeface).enumerated() {
      let middle = area.y + (Double(number) + 0.5) * Self.rowHeight
      for (entry, x) in row {
        let left = area.x + x
        let width = sampleWidth(entry)
        let box = Rect(x: left, y: middle - 4, width: width, height: 8)
        switch entry.sample {
        case .line(let style):
          drawing.line(
            [Point(left, middle), Point(left + width, middle)], Stroke(style.paint, width: 1.25, dashes: style.dashes))
          drawing.marker(style, at: Point(left + width / 2, middle))
        case .stroke(let stroke): drawing.line([Point(left, middle), Point(left + width, middle)], stroke)
        case .marker(let style): drawing.marker(style, at: Point(left + width / 2, middle), size: 2.8)
        case .bar(let style): style.draw(box, on: &drawing)
        case .box(let paint): drawing.rectangle(box, fill: paint, stroke: Stroke(.muted, width: 0.4))
        case .hatchedBox: BarStyle(.muted, .hatched).draw(box, on: &drawing)
        }
        drawing.text(
          entry.label, at: Point(left + width + 4, middle + Self.style.capHeight / 2), Self.style, typeface)
      }
    }
  }
}
