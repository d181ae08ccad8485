import Figures
import Foundation
import Records

/// Confusion matrices of cross-entropy and image-level RSS side by side, each row of truth in percent.
enum ConfusionFigure {
  static let methods: [Method] = [.crossEntropy, .image]

  static func draw(_ archive: RecordArchive, _ typeface: Typeface) -> Drawing {
    let archive = archive.comparable(methods.flatMap(\.rows))
    let names = archive.dataNames.filter { data in methods.contains { !archive.runs(of: $0.row(on: data)).isEmpty } }
    var page = FigurePage(
      headline: "Which class is taken for which", width: Drawing.pageWidth,
      description: description(archive, names), typeface)
    for name in names {
      let maps = methods.map { map(archive.runs(of: $0.row(on: name)), "\(dataTitle(name)): \($0.label)") }
      page.add(height: maps.map { height($0, page.width, typeface) }.max() ?? 0, gap: 10) { area, drawing in
        for (map, panel) in zip(maps, area.columns(2, gap: 18)) { map.draw(in: panel, on: &drawing, typeface) }
      }
    }
    if names.isEmpty {
      page.add(height: 80) { area, drawing in map([], "").draw(in: area, on: &drawing, typeface) }
    }
    page.add(
      note:
        "Percent of the pixels of a true class, summed over the seeds that both have; shares under 0.5% are left blank."
    )
    return page.finished()
  }

  private static func height(_ map: HeatMap, _ width: Double, _ typeface: Typeface) -> Double {
    map.rowLabels.isEmpty ? 60 : map.height(width: (width - 18) / 2, typeface)
  }

  /// The seeds' counts added up, each row divided by its sum; a class that doesn't occur has no shares.
  static func map(_ runs: [RecordedRun], _ title: String) -> HeatMap {
    let classes = runs.first?.record.data.classes ?? []
    let k = classes.count
    // Counts of a record are bounded, so that those of thousands of runs can be added up.
    let usable = runs.map(\.record.result.confusion).filter { $0.count == k * k }
    let sums = (0..<k * k).map { cell in usable.reduce(0) { $0 + $1[cell] } }
    let values = (0..<k).map { row -> [Double?] in
      let counts = sums[row * k..<(row + 1) * k]
      let total = counts.reduce(0, +)
      return counts.map { total > 0 ? Double($0) / Double(total) : nil }
    }
    return HeatMap(title, rows: classes, columns: classes, values: values, rowTitle: "truth", columnTitle: "prediction")
  }

  private static func description(_ archive: RecordArchive, _ names: [String]) -> String {
    let parts = names.flatMap { name in
      methods.compactMap { method -> String? in
        let map = map(archive.runs(of: method.row(on: name)), "")
        let found = map.values.indices.compactMap { map.values[$0][$0] }
        guard let least = found.min(), let k = map.values.indices.first(where: { map.values[$0][$0] == least }) else {
          return nil
        }
        return
          "\(method.label) on \(dataTitle(name)) finds \(Int((100 * least).rounded()))% of the pixels of its hardest class, "
          + map.rowLabels[k]
      }
    }
    return "Heat maps of confusion matrices. \(parts.joined(separator: ". "))."
  }
}
