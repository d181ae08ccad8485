import Images

/// Pictures in rows under column headings, each with a line of text under it.
package struct ImageGrid: Sendable {
  package struct Cell: Sendable {
    package var picture: Picture?
    package var caption: String

    package init(_ picture: Picture?, caption: String = "") { (self.picture, self.caption) = (picture, caption) }
  }

  package struct Row: Sendable {
    /// Over the row: what the image is, and why it was picked.
    package var title: String
    package var cells: [Cell]

    package init(_ title: String, _ cells: [Cell]) { (self.title, self.cells) = (title, cells) }
  }

  package var columns: [String]
  package var rows: [Row]

  package init(columns: [String], rows: [Row]) {
    precondition(rows.allSatisfy { $0.cells.count == columns.count }, "every row has a cell for each column")
    (self.columns, self.rows) = (columns, rows)
  }

  private static let gap = 5.0

  /// Headings of more than two lines are cut.
  private static let mostHeadLines = 2
  private static let heading = TextStyle(size: 7.5, bold: true, anchor: .middle)

  private func headLines(_ name: String, _ cellWidth: Double, _ typeface: Typeface) -> [String] {
    Array(typeface.lines(name, Self.heading, width: cellWidth + Self.gap - 2).prefix(Self.mostHeadLines))
  }

  private func headHeight(_ cellWidth: Double, _ typeface: Typeface) -> Double {
    Double(columns.map { headLines($0, cellWidth, typeface).count }.max() ?? 0) * Self.heading.lineHeight
  }

  private func cellWidth(_ width: Double) -> Double {
    (width - Self.gap * Double(columns.count - 1)) / Double(max(1, columns.count))
  }

  /// The height of a row's pictures: that of the tallest.
  private func pictureHeight(_ row: Row, _ width: Double) -> Double {
    row.cells.compactMap(\.picture).map { width * Double($0.height) / Double($0.width) }.max() ?? width
  }

  private func rowHeight(_ row: Row, _ width: Double) -> Double {
    TextStyle.small.lineHeight + 3 + pictureHeight(row, width)
      + (row.cells.contains { !$0.caption.isEmpty } ? TextStyle.small.lineHeight + 2 : 0) + 5
  }

  package func height(width: Double, _ typeface: Typeface) -> Double {
    headHeight(cellWidth(width), typeface) + 2
      + rows.reduce(0) { $0 + rowHeight($1, cellWidth(width)) }
  }

  package func draw(in area: Rect, on drawing: inout Drawing, _ typeface: Typeface) {
    let width = cellWidth(area.width)
    let heading = Self.heading
    var y = area.y + headHeight(width, typeface)
    for (c, name) in columns.enumerated() {
      let middle = area.x + Double(c) * (width + Self.gap) + width / 2
      let lines = headLines(name, width, typeface)
      for (i, line) in lines.enumerated() {
        let baseline = y - Double(lines.count - 1 - i) * heading.lineHeight - 3
        drawing.text(
          typeface.fitted(line, heading, width: width + Self.gap), at: Point(middle, baseline), heading, typeface)
      }
    }
    y += 2
    for row in rows {
      drawing.text(row.title, at: Point(area.x, y + TextStyle.small.capHeight + 1), .small, typeface)
      let top = y + TextStyle.small.lineHeight + 3
      let height = pictureHeight(row, width)
      for (c, cell) in row.cells.enumerated() {
        let left = area.x + Double(c) * (width + Self.gap)
        if let picture = cell.picture {
          let own = width * Double(picture.height) / Double(picture.width)
          let box = Rect(x: left, y: top, width: width, height: own)
          drawing.picture(picture, in: box)
          drawing.rectangle(box, stroke: Stroke(.muted, width: 0.4))
        }
        drawing.text(
          typeface.fitted(cell.caption, .small, width: width + Self.gap - 1),
          at: Point(left + width / 2, top + height + TextStyle.small.lineHeight), .small.anchored(.middle), typeface)
      }
      y += rowHeight(row, width)
    }
  }
}
