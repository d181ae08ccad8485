import Figures
import Foundation
import Images
import Records
import Rows

/// What each estimator makes of the rewards it asks for: small multiples of its curves over queries, one line for each number of
/// maps, and where all of them end.
struct EstimatorsFigure {
  /// One estimator: the rows that differ in nothing but the number of maps.
  private struct Group {
    var title: String
    var entries: [(maps: Int, row: Row)]
    /// Of all its lines.
    var paint: Paint
    var dashes: [Double]
    var stroke: Stroke { Stroke(paint, width: 1.25, dashes: dashes) }
  }

  private let data: String
  private let groups: [Group]
  private var ceiling: Row? { Method.crossEntropy.row(on: data) }

  /// - Parameter image: the image-level row whose comparisons it shows.
  init(of image: Row = .fashion32Image) {
    data = image.data.name
    let looks: [(name: String, colour: RGB, dashes: [Double])] = [
      ("PSD, SyncAN over the batch", OkabeIto.vermilion, []),
      ("PSD, normalised per image", OkabeIto.blue, [5, 1.5]),
      ("PSD with regression", OkabeIto.green, [1.5, 1.5]),
    ]
    groups = looks.map { look in
      Group(
        title: look.name,
        entries: Row.comparisons(of: image).filter { $0.group == look.name && $0.setting.hasSuffix(" maps") }
          .map { ($0.row.recipe.maps, $0.row) },
        paint: .colour(look.colour), dashes: look.dashes)
    }
  }

  /// Estimators that are compared at fewer maps than this aren't in the enlarged panel: their mIoU is far below the others'.
  private static let fewestEnlarged = 16

  private var maps: [Int] { Set(groups.flatMap { $0.entries.map(\.maps) }).sorted() }

  /// What the figure is of: the estimators' rows, and cross-entropy's.
  var rows: [Row] { groups.flatMap { $0.entries.map(\.row) } + [ceiling].compactMap(\.self) }

  func draw(_ archive: RecordArchive, _ typeface: Typeface) -> Drawing {
    let archive = archive.comparable(rows)
    var page = FigurePage(
      headline: headline(archive), width: Drawing.pageWidth, description: description(archive), typeface)
    let curves = groups.map { group in
      group.entries.map { (maps: $0.maps, values: Curve.values(archive.runs(of: $0.row), over: .queries)) }
        .filter { !$0.values.isEmpty }
    }
    let shown = maps.filter { maps in curves.contains { $0.contains { $0.maps == maps } } }
    page.add(Legend(groups.map { .init($0.title, .stroke($0.stroke)) }))
    page.add(
      Legend(
        shown.map { .init("\($0) maps", .marker(SeriesStyle(.ink, marker: marker(ofMaps: $0)))) } + [
          .init("the other estimators", .stroke(LineChart.contextStroke)),
          .init("cross-entropy", .stroke(LineChart.levelStroke)),
        ]))
    // About as high as wide, so that a rise looks like one.
    page.add(height: 140, gap: 10) { area, drawing in
      for (number, panel) in area.columns(groups.count, gap: 16).enumerated() {
        multiple(number, curves, archive).draw(in: panel, on: &drawing, typeface)
      }
    }
    page.add(height: 140) { area, drawing in
      for (panel, fewest) in zip(area.columns(2, gap: 16), [maps.first ?? 1, Self.fewestEnlarged]) {
        ends(archive, fewest: fewest).draw(in: panel, on: &drawing, typeface)
      }
    }
    page.add(note: note(archive))
    return page.finished()
  }

  /// The n-th number of maps has the n-th marker in all curves.
  private func marker(ofMaps count: Int) -> SeriesStyle.Marker {
    let markers: [SeriesStyle.Marker] = [.circle, .square, .triangle, .diamond, .cross]
    return markers[(maps.firstIndex(of: count) ?? 0) % markers.count]
  }

  private func levels(_ archive: RecordArchive) -> [LineChart.Level] {
    archive.runs(of: ceiling).mean(\.result.mIoU).map { [.init("", y: $0)] } ?? []
  }

  /// The curves of one estimator before those of the others.
  private func multiple(
    _ number: Int, _ curves: [[(maps: Int, values: [Series.Value])]], _ archive: RecordArchive
  ) -> LineChart {
    let all = curves.joined().flatMap(\.values)
    let levels = levels(archive)
    let highest = (all.map(\.y) + levels.map(\.y)).filter(\.isFinite).max() ?? 1
    let group = groups[number]
    var chart = LineChart(
      group.title, x: Axis("Reward queries (log scale)", holding: all.map(\.x), spread: .logarithmic),
      y: .fromZero("mIoU during training", upTo: max(0.1, highest)),
      series: curves[number].map { curve in
        let style = SeriesStyle(group.paint, dashes: group.dashes, marker: marker(ofMaps: curve.maps))
        return Series("\(curve.maps) maps", style, curve.values)
      })
    chart.context = curves.indices.filter { $0 != number }.flatMap { curves[$0].map(\.values) }
    chart.levels = chart.series.isEmpty ? [] : levels
    return chart
  }

  /// Where all runs end, by their number of maps.
  private func ends(_ archive: RecordArchive, fewest: Int) -> LineChart {
    let shown = maps.filter { $0 >= fewest }
    let series = groups.map { group in
      Series(
        // Rings, which no number of maps has.
        group.title, SeriesStyle(group.paint, dashes: group.dashes, marker: .ring),
        group.entries.filter { $0.maps >= fewest }.compactMap { entry in
          archive.runs(of: entry.row).values(\.result.mIoU).map {
            .init(x: Double(entry.maps), $0)
          }
        })
    }
    let isWhole = fewest == maps.first
    let levels = levels(archive)
    let values =
      series.flatMap(\.values).flatMap { $0.runs + [$0.y, $0.lower, $0.upper].compactMap(\.self) } + levels.map(\.y)
    // Room of a fifth at both sides of the first and last number, so that no marker stands on the frame.
    let x = Axis(
      "Maps per image (log scale)", from: Double(shown.first ?? 1) / 1.2, to: Double(shown.last ?? 2) * 1.2,
      spread: .logarithmic, ticks: .at(shown.map(Double.init)))
    let y =
      isWhole
      ? Axis.fromZero("mIoU at the end of training", upTo: max(0.1, values.max() ?? 1))
      : Axis("mIoU at the end of training, enlarged", holding: values + reach(values))
    var chart = LineChart("", x: x, y: y, series: series)
    chart.intervals = .bars
    chart.levels = levels
    return chart
  }

  /// A tenth of their range over and under values, so that none stands on the frame.
  private func reach(_ values: [Double]) -> [Double] {
    guard let low = values.min(), let high = values.max() else { return [] }
    return [low - (high - low) / 10, high + (high - low) / 10]
  }

  /// Of the numbers of maps at which all estimators are recorded, the one with the highest ratio to cross-entropy's mIoU, seeds
  /// paired: who gets it, and it.
  private func best(_ archive: RecordArchive) -> (estimator: String, maps: Int, ratio: Double)? {
    let labelled = archive.runs(of: ceiling)
    return maps.flatMap { count -> [(estimator: String, maps: Int, ratio: Double)] in
      let ratios = groups.compactMap { group in
        group.entries.first { $0.maps == count }
          .flatMap { archive.runs(of: $0.row).ratio(to: labelled)?.interval.mean }
          .map { (group.title, count, $0) }
      }
      return ratios.count == groups.count ? ratios : []
    }.max { $0.ratio < $1.ratio }
  }

  private func headline(_ archive: RecordArchive) -> String {
    guard let best = best(archive) else { return "What an estimator makes of rewards on \(dataTitle(data))" }
    let share = String(format: "%.0f%%", 100 * best.ratio)
    return "\(best.estimator) makes the most of \(best.maps) maps on \(dataTitle(data)): \(share) of cross-entropy"
  }

  private func note(_ archive: RecordArchive) -> String {
    let missing = groups.compactMap { group -> String? in
      let counts = group.entries.filter { archive.runs(of: $0.row).isEmpty }.map { "\($0.maps)" }
      return counts.isEmpty ? nil : "\(group.title): \(counts.joined(separator: ", ")) maps"
    }
    let runs = groups.flatMap { $0.entries.flatMap { archive.runs(of: $0.row) } }
    return seedsNote(runs)
      + (runs.isEmpty || missing.isEmpty ? "" : " Not run yet: \(missing.joined(separator: "; ")).")
  }

  private func description(_ archive: RecordArchive) -> String {
    let parts = groups.compactMap { group -> String? in
      let scores = group.entries.compactMap { entry in
        archive.runs(of: entry.row).mean(\.result.mIoU).map {
          "\(entry.maps) maps \(String(format: "%.3f", $0))"
        }
      }
      return scores.isEmpty ? nil : "\(group.title): \(scores.joined(separator: ", "))"
    }
    guard !parts.isEmpty else { return "Line charts of mIoU against reward queries. No run is recorded yet." }
    return "Line charts of mIoU against reward queries, by estimator and number of maps. Final values. "
      + parts.joined(separator: ". ") + "."
  }
}
