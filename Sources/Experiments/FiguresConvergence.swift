import Figures
import Foundation

/// How validation mIoU rises: over steps, and over the rewards asked for; one column of panels for each data set.
enum ConvergenceFigure {
  /// Methods that learn; CAM's mIoU isn't the end of such a curve.
  private static let methods: [Method] = [.crossEntropy, .pixel, .image, .naive]
  /// Panels in a row; more data sets go on below.
  private static let mostAcross = 3

  static func draw(_ archive: RecordArchive, _ typeface: Typeface) -> Drawing {
    let names = archive.dataNames.filter { data in Self.methods.contains { !archive.runs(of: $0.row(on: data)).isEmpty }
    }
    var page = FigurePage(
      headline: headline(archive, names), width: Drawing.pageWidth,
      description: description(archive, names), typeface)
    let shown = methods.filter { method in names.contains { !archive.runs(of: method.row(on: $0)).isEmpty } }
    page.add(Legend(shown.map { .init($0.label, .line($0.style)) }))
    for start in stride(from: 0, to: max(1, names.count), by: mostAcross) {
      let part = Array(names.dropFirst(start).prefix(mostAcross))
      for horizontal in [Curve.Horizontal.step, .queries] {
        // 1.75 inches with a title: about as high as wide, so that a rise looks like one.
        page.add(height: horizontal == .step ? 126 : 126 - TextStyle.panel.lineHeight, gap: 10) { area, drawing in
          let columns = area.columns(max(part.count, 2), gap: 16)
          for (panel, name) in zip(columns, part.isEmpty ? [""] : part) {
            chart(archive, name, horizontal).draw(in: panel, on: &drawing, typeface)
          }
        }
      }
    }
    let runs = names.flatMap { name in methods.flatMap { archive.runs(of: $0.row(on: name)) } }
    page.add(
      note: seedsNote(runs)
        + " Above: against training steps. Below: against rewards asked for (a pixel's, or a whole map's); cross-entropy asks for"
        + " none, so its final mIoU is the dashed level.")
    return page.finished()
  }

  private static func chart(_ archive: RecordArchive, _ data: String, _ horizontal: Curve.Horizontal) -> LineChart {
    let learning = horizontal == .step ? methods : methods.filter { $0 != .crossEntropy }
    let series = learning.compactMap { method -> Series? in
      let values = Curve.values(archive.runs(of: method.row(on: data)), over: horizontal)
      return values.isEmpty ? nil : Series(method.label, method.style, values)
    }
    let all = methods.flatMap { archive.runs(of: $0.row(on: data)) }
    let highest = all.flatMap { $0.lines.compactMap(\.mIoU) }.filter(\.isFinite).max() ?? 1
    let xs = series.flatMap { $0.values.map(\.x) }
    let x =
      horizontal == .step
      ? Axis("Training steps", holding: xs, including: 0)
      : Axis("Reward queries (log scale)", holding: xs, spread: .logarithmic)
    let y = Axis.fromZero("mIoU", upTo: max(0.1, highest))
    var chart = LineChart(horizontal == .step ? dataTitle(data) : "", x: x, y: y, series: series)
    if horizontal == .queries,
      let ceiling = archive.runs(of: Method.crossEntropy.row(on: data)).interval(\.result.mIoU)?.mean
    {
      chart.levels = [.init("cross-entropy", y: ceiling)]
    }
    return chart
  }

  /// Image-level RSS as a part of cross-entropy, from the records.
  private static func ratio(_ archive: RecordArchive, _ data: String) -> Int? {
    guard let image = archive.runs(of: Method.image.row(on: data)).interval(\.result.mIoU)?.mean,
      let ceiling = archive.runs(of: Method.crossEntropy.row(on: data)).interval(\.result.mIoU)?.mean, ceiling > 0
    else { return nil }
    return Int((100 * image / ceiling).rounded())
  }

  private static func headline(_ archive: RecordArchive, _ names: [String]) -> String {
    let ratios = names.compactMap { ratio(archive, $0) }
    guard let low = ratios.min(), let high = ratios.max() else { return "Convergence of learning by reward" }
    return "One reward per sampled map reaches \(low == high ? "\(low)%" : "\(low)–\(high)%") of cross-entropy's mIoU"
  }

  private static func description(_ archive: RecordArchive, _ names: [String]) -> String {
    let ends = names.map { name in
      let scores = methods.compactMap { method -> String? in
        archive.runs(of: method.row(on: name)).interval(\.result.mIoU)
          .map { "\(method.label) \(String(format: "%.3f", $0.mean))" }
      }
      return "\(dataTitle(name)): \(scores.joined(separator: ", "))"
    }
    return "Line charts of validation mIoU during training. Final values. \(ends.joined(separator: ". "))."
  }
}
