import Figures
import Foundation
import Metrics
import Records
import Rows

/// IoU of each class by method, one panel for each data set.
struct PerClassFigure {
  var name: String
  var headline: String
  var caption: String
  var methods: [Method]
  /// Of the longest training that cross-entropy and another method both have on a data set, instead of the rows' own; data
  /// sets where they have one length alone aren't drawn.
  var isLongest = false

  static let all = [
    PerClassFigure(
      name: "per-class", headline: "Which classes each method finds", caption: "IoU of each class by method.",
      methods: [.crossEntropy, .pixel, .propensity, .image, .regression, .cam]),
    PerClassFigure(
      name: "per-class-longest", headline: "Which classes each method finds after longer training",
      caption: "IoU of each class by method after the longest training that is recorded.",
      methods: [.crossEntropy, .image, .regression], isLongest: true),
  ]

  var plan: FigurePlan {
    FigurePlan(
      name: name, caption: caption,
      named: methods.flatMap { isLongest ? $0.rows.flatMap { [$0] + $0.longer } : $0.rows },
      rows: { archive in panels(archive).flatMap { $0.runs.compactMap(\.first?.record.row.name) } },
      draw: { draw($0, $1) })
  }

  /// One data set's runs, by method; none of a method that has none.
  private struct Panel {
    var title: String
    var runs: [[RecordedRun]]
  }

  private func panels(_ archive: RecordArchive) -> [Panel] {
    archive.dataNames.compactMap { data in
      guard isLongest else {
        let rows = methods.map { $0.row(on: data) }
        let compared = archive.comparable(rows.compactMap(\.self))
        let runs = rows.map { compared.runs(of: $0) }
        return runs.joined().isEmpty ? nil : Panel(title: dataTitle(data), runs: runs)
      }
      let lengths = methods.map { archive.lengths(of: $0, on: data) }
      let labelled = Set(archive.lengths(of: .crossEntropy, on: data).map(\.steps))
      let common = labelled.intersection(
        zip(methods, lengths).filter { $0.0 != .crossEntropy }.flatMap(\.1).map(\.steps))
      guard let steps = common.max(), common.count > 1 else { return nil }
      let rows = lengths.map { $0.first { $0.steps == steps }?.row }
      let compared = archive.comparable(rows.compactMap(\.self))
      return Panel(title: "\(dataTitle(data)), \(steps) steps", runs: rows.map { compared.runs(of: $0) })
    }
  }

  func draw(_ archive: RecordArchive, _ typeface: Typeface) -> Drawing {
    let panels = panels(archive)
    let shown = methods.indices.filter { method in panels.contains { !$0.runs[method].isEmpty } }
    let plots = panels.map { plot($0, shown) }
    var page = FigurePage(
      headline: headline, width: Drawing.pageWidth, description: description(panels), typeface)
    page.add(Legend(shown.map { .init(methods[$0].label, .marker(methods[$0].style)) }))
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
      page.add(height: 80) { area, drawing in
        plot(Panel(title: "", runs: []), []).draw(in: area, on: &drawing, typeface)
      }
    }
    page.add(note: seedsNote(panels.flatMap { $0.runs.joined() }) + " Intervals are cut at 0 and 1.")
    return page.finished()
  }

  /// Classes from the most frequent in the truth to the rarest.
  private func plot(_ panel: Panel, _ shown: [Int]) -> DotPlot {
    let first = panel.runs.first { !$0.isEmpty }?.first?.record
    let classes = first?.data.classes ?? []
    let counts = classes.indices.map { k in
      first?.result.confusion.dropFirst(k * classes.count).prefix(classes.count).reduce(0, +) ?? 0
    }
    let order = classes.indices.sorted { (-counts[$0], $0) < (-counts[$1], $1) }
    let rows = order.map { k in
      DotPlot.Row(
        classes[k],
        shown.enumerated().compactMap { number, method in
          panel.runs[method].values { $0.result.perClassIoU.indices.contains(k) ? $0.result.perClassIoU[k] : nil }
            .map {
              .init(
                series: number, value: $0.interval.mean, lower: $0.interval.lower, upper: $0.interval.upper,
                runs: $0.values.map(\.value))
            }
        })
    }
    return DotPlot(
      panel.title, x: Axis("IoU, classes by frequency", from: 0, to: 1), rows: rows,
      styles: shown.map { methods[$0].style })
  }

  private func description(_ panels: [Panel]) -> String {
    let lowest = panels.flatMap { panel in
      zip(methods, panel.runs).compactMap { method, runs -> String? in
        guard let record = runs.first?.record else { return nil }
        let lost = zip(record.data.classes, record.result.perClassIoU).filter { ($0.1 ?? 1) < 0.01 }.map(\.0)
        return lost.isEmpty ? nil : "\(method.label) on \(panel.title) misses \(lost.joined(separator: ", "))"
      }
    }
    return "A dot plot of IoU for each class and method. "
      + (lowest.isEmpty ? "" : lowest.joined(separator: "; ") + ".")
  }
}
