import Figures
import Foundation
import Records

/// How validation mIoU rises, one column of panels for each data set: by rewards of pixels and by rewards of whole maps over steps,
/// and all of them over the rewards asked for.
enum ConvergenceFigure {
  /// One row of panels.
  private struct Panels {
    var title: String
    /// Drawn as curves where they are recorded.
    var methods: [Method]
    var horizontal: Curve.Horizontal
  }

  /// Methods that learn by rewards of pixels, and of maps; CAM's mIoU isn't the end of such a curve.
  private static let byPixel: [Method] = [.pixel, .propensity]
  private static let byMap: [Method] = [.image, .regression, .regression64, .naive]
  static let methods: [Method] = [.crossEntropy] + byPixel + byMap

  private static let rows = [
    Panels(title: "mIoU, a reward for each pixel", methods: [.crossEntropy] + byPixel, horizontal: .step),
    Panels(title: "mIoU, a reward for each map", methods: [.crossEntropy] + byMap, horizontal: .step),
    Panels(title: "mIoU, both kinds of reward", methods: byPixel + byMap, horizontal: .queries),
  ]
  /// Panels in a row; more data sets go on below.
  private static let mostAcross = 3

  static func draw(_ archive: RecordArchive, _ typeface: Typeface) -> Drawing {
    let archive = archive.comparable(methods.flatMap(\.rows))
    let names = archive.dataNames.filter { data in
      methods.contains { !archive.runs(of: $0.row(on: data)).isEmpty }
    }
    var page = FigurePage(
      headline: headline(archive, names), width: Drawing.pageWidth,
      description: description(archive, names), typeface)
    let shown = methods.filter { method in names.contains { !archive.runs(of: method.row(on: $0)).isEmpty } }
    page.add(
      Legend(
        shown.flatMap { method -> [Legend.Entry] in
          [.init(method.label, .line(method.style))]
            + (method == .crossEntropy ? [.init("its final mIoU", .stroke(LineChart.levelStroke))] : [])
        }))
    for start in stride(from: 0, to: max(1, names.count), by: mostAcross) {
      let part = Array(names.dropFirst(start).prefix(mostAcross))
      for (number, row) in rows.enumerated() {
        // 1.75 inches with a title: about as high as wide, so that a rise looks like one.
        page.add(height: number == 0 ? 126 : 126 - TextStyle.panel.lineHeight, gap: 8) { area, drawing in
          let columns = area.columns(max(part.count, 2), gap: 16)
          for (panel, name) in zip(columns, part.isEmpty ? [""] : part) {
            chart(archive, name, row, title: number == 0 ? dataTitle(name) : "")
              .draw(in: panel, on: &drawing, typeface)
          }
        }
      }
    }
    let runs = names.flatMap { name in methods.flatMap { archive.runs(of: $0.row(on: name)) } }
    page.add(
      note: seedsNote(runs) + " A query is one reward, of a pixel or of a whole map; cross-entropy asks for none.")
    return page.finished()
  }

  private static func chart(_ archive: RecordArchive, _ data: String, _ panels: Panels, title: String) -> LineChart {
    let series = panels.methods.compactMap { method -> Series? in
      let values = Curve.values(archive.runs(of: method.row(on: data)), over: panels.horizontal)
      return values.isEmpty ? nil : Series(method.label, method.style, values)
    }
    let all = methods.flatMap { archive.runs(of: $0.row(on: data)) }
    let highest = all.flatMap { $0.lines.compactMap(\.mIoU) }.filter(\.isFinite).max() ?? 1
    let xs = series.flatMap { $0.values.map(\.x) }
    let x =
      panels.horizontal == .step
      ? Axis("Training steps", holding: xs, including: 0)
      : Axis("Reward queries (log scale)", holding: xs, spread: .logarithmic)
    var chart = LineChart(title, x: x, y: Axis.fromZero(panels.title, upTo: max(0.1, highest)), series: series)
    if let ceiling = archive.runs(of: Method.crossEntropy.row(on: data)).mean(\.result.mIoU) {
      chart.levels = [.init("", y: ceiling)]
    }
    return chart
  }

  /// The best of image-level RSS as a part of cross-entropy, seeds paired, from the records.
  private static func ratio(_ archive: RecordArchive, _ data: String) -> Int? {
    let labelled = archive.runs(of: Method.crossEntropy.row(on: data))
    let best = byMap.compactMap { archive.runs(of: $0.row(on: data)).ratio(to: labelled)?.interval.mean }.max()
    return best.map { Int((100 * $0).rounded()) }
  }

  private static func headline(_ archive: RecordArchive, _ names: [String]) -> String {
    let ratios = names.compactMap { ratio(archive, $0) }
    guard let low = ratios.min(), let high = ratios.max() else { return "Convergence of learning by reward" }
    return
      "From rewards of whole maps alone, each data set's best row gets \(low == high ? "\(low)%" : "\(low)–\(high)%") of cross-entropy's mIoU"
  }

  private static func description(_ archive: RecordArchive, _ names: [String]) -> String {
    let ends = names.map { name in
      let scores = methods.compactMap { method -> String? in
        archive.runs(of: method.row(on: name)).mean(\.result.mIoU)
          .map { "\(method.label) \(String(format: "%.3f", $0))" }
      }
      return "\(dataTitle(name)): \(scores.joined(separator: ", "))"
    }
    return "Line charts of validation mIoU during training. Final values. \(ends.joined(separator: ". "))."
  }
}
