import Figures
import Foundation
import Records
import Rows

/// What longer training gives: where runs of different lengths end, and what part of cross-entropy's mIoU of as many steps that is.
/// One column of panels for each data set that has runs of more than one length.
enum TrainingLengthFigure {
  private static let rewarded: [Method] = [.image, .regression]
  static let methods: [Method] = [.crossEntropy] + rewarded

  private static func data(_ archive: RecordArchive) -> [String] {
    archive.dataNames.filter { data in methods.contains { archive.lengths(of: $0, on: data).count > 1 } }
  }

  static func rows(_ archive: RecordArchive) -> [String] {
    data(archive).flatMap { data in
      methods.flatMap { archive.lengths(of: $0, on: data).map(\.row.name) }
    }
  }

  /// What is compared at one length has the same seeds; lengths may have different ones.
  private static func comparable(_ archive: RecordArchive) -> RecordArchive {
    let rows = methods.flatMap { method in method.rows.flatMap { [$0] + $0.longer } }
    return RecordArchive(
      Dictionary(grouping: rows, by: \.recipe.steps).values.flatMap { archive.comparable($0).runs })
  }

  static func draw(_ archive: RecordArchive, _ typeface: Typeface) -> Drawing {
    let archive = comparable(archive)
    let names = data(archive)
    var page = FigurePage(
      headline: headline(archive, names), width: Drawing.pageWidth, description: description(archive, names), typeface)
    page.add(Legend(methods.map { .init($0.label, .line($0.style)) }))
    for isRatio in [false, true] {
      page.add(height: 140, gap: 8) { area, drawing in
        for (panel, name) in zip(area.columns(max(names.count, 2), gap: 16), names.isEmpty ? [""] : names) {
          chart(archive, name, isRatio: isRatio).draw(in: panel, on: &drawing, typeface)
        }
      }
    }
    let runs = names.flatMap { name in methods.flatMap { archive.lengths(of: $0, on: name).flatMap(\.runs) } }
    page.add(
      note: seedsNote(runs)
        + " Points of as many steps have the same seeds. Each is of runs of its own, whose learning rate falls to zero at their last"
        + " step; ratios pair seeds.")
    return page.finished()
  }

  private static func chart(_ archive: RecordArchive, _ data: String, isRatio: Bool) -> LineChart {
    let series = (isRatio ? rewarded : methods).compactMap { method -> Series? in
      let values = points(method, on: data, archive, isRatio: isRatio)
      return values.isEmpty ? nil : Series(method.label, method.style, values)
    }
    let steps = Set(methods.flatMap { archive.lengths(of: $0, on: data).map { Double($0.steps) } }).sorted()
    // Room of a tenth at both sides of the first and last number, so that no marker stands on the frame.
    let x = Axis(
      "Training steps (log scale)", from: (steps.first ?? 1) / 1.1, to: (steps.last ?? 2) * 1.1, spread: .logarithmic,
      ticks: .at(steps))
    let values = series.flatMap { (one: Series) in one.values }
    let lowest = values.flatMap { (value: Series.Value) in value.runs + [value.lower ?? value.y] }.min()
    let highest = values.flatMap { (value: Series.Value) in value.runs + [value.upper ?? value.y] }.max()
    // The level to reach is in the plot, too.
    let heights = [lowest, highest, isRatio && !values.isEmpty ? 1 : nil].compactMap { (height: Double?) in height }
    let y = Axis(
      isRatio ? "Ratio to cross-entropy of as many steps" : "mIoU at the end, enlarged",
      holding: heights.flatMap { [$0 - 0.005, $0 + 0.005] })
    var chart = LineChart(isRatio ? "" : title(data), x: x, y: y, series: series)
    chart.intervals = .bars
    if isRatio, !series.isEmpty { chart.levels = [LineChart.Level("", y: 1)] }
    return chart
  }

  private static func points(
    _ method: Method, on data: String, _ archive: RecordArchive, isRatio: Bool
  ) -> [Series.Value] {
    let ends = archive.lengths(of: method, on: data)
    let span = Double(ends.last?.steps ?? 1) / Double(ends.first?.steps ?? 1)
    return ends.compactMap { end in
      let found = isRatio ? ratio(end, on: data, archive) : end.runs.values(\.result.mIoU)
      guard let found else { return nil }
      // Methods stand side by side by a hundredth of the axis, so that none hides another's marker.
      let aside = pow(span, 0.012 * (Double(methods.firstIndex(of: method) ?? 0) - 1))
      return Series.Value(x: Double(end.steps) * aside, found)
    }
  }

  /// Of cross-entropy's mIoU after as many steps, seeds paired.
  private static func ratio(_ end: RunLength, on data: String, _ archive: RecordArchive) -> SeedValues? {
    let labelled = archive.lengths(of: .crossEntropy, on: data).first { $0.steps == end.steps }
    return end.runs.ratio(to: labelled?.runs ?? [])
  }

  private static func title(_ data: String) -> String {
    guard
      let maps = rewarded.lazy.compactMap({ $0.row(on: data)?.recipe.maps }).first
    else { return data.isEmpty ? "" : dataTitle(data) }
    return "\(dataTitle(data)), \(maps) maps"
  }

  /// The ratios of the shortest and of the longest runs: of every method and data set with more than one length, so that the headline is
  /// true of each line.
  private static func headline(_ archive: RecordArchive, _ names: [String]) -> String {
    func range(_ pick: ([RunLength]) -> RunLength?) -> String? {
      let ratios = names.flatMap { name in
        rewarded.map { archive.lengths(of: $0, on: name) }.filter { $0.count > 1 }.compactMap { lengths in
          pick(lengths).flatMap { ratio($0, on: name, archive)?.interval.mean }
        }
      }
      guard let low = ratios.min(), let high = ratios.max() else { return nil }
      let (from, to) = (String(format: "%.0f", 100 * low), String(format: "%.0f", 100 * high))
      return from == to ? "\(from)%" : "\(from)–\(to)%"
    }
    guard let short = range(\.first), let long = range(\.last) else { return "What longer training gives" }
    return "Longer training takes image-level reward from \(short) to \(long) of cross-entropy's mIoU"
  }

  private static func description(_ archive: RecordArchive, _ names: [String]) -> String {
    let parts = names.flatMap { name in
      methods.compactMap { method -> String? in
        let scores = archive.lengths(of: method, on: name).compactMap { end in
          end.runs.mean(\.result.mIoU).map { "\(end.steps) steps \(String(format: "%.3f", $0))" }
        }
        return scores.isEmpty ? nil : "\(dataTitle(name)), \(method.label): \(scores.joined(separator: ", "))"
      }
    }
    guard !parts.isEmpty else { return "Line charts of mIoU against training steps. No run is recorded yet." }
    return "Line charts of final mIoU, and of its ratio to cross-entropy's, against training steps. "
      + parts.joined(separator: ". ") + "."
  }
}
