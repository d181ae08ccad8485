import Figures
import Foundation
import Metrics

/// IoU of each class by method, one panel for each data set.
enum PerClassFigure {
  static let methods: [Method] = [.crossEntropy, .pixel, .propensity, .image, .regression, .cam]

  static func draw(_ archive: RecordArchive, _ typeface: Typeface) -> Drawing {
    let names = archive.dataNames.filter { data in methods.contains { !archive.runs(of: $0.row(on: data)).isEmpty } }
    let shown = methods.filter { method in names.contains { !archive.runs(of: method.row(on: $0)).isEmpty } }
    let plots = names.map { plot(archive, $0, shown) }
    var page = FigurePage(
      headline: "Which classes each method finds", width: Drawing.pageWidth,
      description: description(archive, names, shown), typeface)
    page.add(Legend(shown.map { .init($0.label, .marker($0.style)) }))
    // Three in a row, as high as the one with the most classes.
    for start in stride(from: 0, to: plots.count, by: 3) {
      let row = Array(plots[start..<min(start + 3, plots.count)])
      let heights = row.map { DotPlot.height(rows: $0.rows.count, series: shown.count, title: $0.title, x: $0.x) }
      page.add(height: heights.max() ?? 0, gap: 8) { area, drawing in
        for ((plot, height), panel) in zip(zip(row, heights), area.columns(max(2, min(3, plots.count)), gap: 14)) {
          let own = Rect(x: panel.x, y: panel.y, width: panel.width, height: height)
          plot.draw(in: own, on: &drawing, typeface)
        }
      }
    }
    if plots.isEmpty {
      page.add(height: 80) { area, drawing in plot(archive, "", []).draw(in: area, on: &drawing, typeface) }
    }
    page.add(note: seedsNote(names.flatMap { name in shown.flatMap { archive.runs(of: $0.row(on: name)) } }))
    return page.finished()
  }

  /// Classes from the most frequent in the truth to the rarest.
  private static func plot(_ archive: RecordArchive, _ data: String, _ methods: [Method]) -> DotPlot {
    let runs = methods.map { archive.runs(of: $0.row(on: data)) }
    let first = runs.first { !$0.isEmpty }?.first?.record
    let classes = first?.data.classes ?? []
    let counts = classes.indices.map { k in
      first?.result.confusion.dropFirst(k * classes.count).prefix(classes.count).reduce(0, +) ?? 0
    }
    let order = classes.indices.sorted { (-counts[$0], $0) < (-counts[$1], $1) }
    let rows = order.map { k in
      DotPlot.Row(
        classes[k],
        runs.enumerated().compactMap { number, runs in
          runs.interval { $0.result.perClassIoU.indices.contains(k) ? $0.result.perClassIoU[k] : nil }
            .map { .init(series: number, value: $0.mean, lower: $0.lower, upper: $0.upper) }
        })
    }
    return DotPlot(
      data.isEmpty ? "" : dataTitle(data), x: Axis("IoU, classes by frequency", from: 0, to: 1), rows: rows,
      styles: methods.map(\.style))
  }

  private static func description(_ archive: RecordArchive, _ names: [String], _ methods: [Method]) -> String {
    let lowest = names.flatMap { name in
      methods.compactMap { method -> String? in
        guard let record = archive.runs(of: method.row(on: name)).first?.record else { return nil }
        let lost = zip(record.data.classes, record.result.perClassIoU).filter { ($0.1 ?? 1) < 0.01 }.map(\.0)
        return lost.isEmpty ? nil : "\(method.label) on \(dataTitle(name)) misses \(lost.joined(separator: ", "))"
      }
    }
    return "A dot plot of IoU for each class and method. "
      + (lowest.isEmpty ? "" : lowest.joined(separator: "; ") + ".")
  }
}
