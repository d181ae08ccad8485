import Datasets
import Figures
import Foundation
import Images
import Metrics
import Records
import Rows
import Support
import Training

/// What each method makes of the same images, side by side. Needs the checkpoints of runs, which aren't kept with the records.
package struct OverlayFigure: Sendable {
  /// The data set's name.
  package let data: String
  /// Where run folders are.
  package let runs: String
  /// All methods' run is that of this seed.
  package static let seed: UInt64 = 1

  package init(data: String, runs: String) { (self.data, self.runs) = (data, runs) }

  package var name: String { "overlays-\(data)" }
  package var caption: String {
    "What each method makes of the same images of \(dataTitle(data)): the first of the split, and the median and the worst by"
      + " image-level RSS with PSD; seed \(Self.seed)."
  }

  /// Where a row's run lies.
  private func folder(_ row: Row) -> String { runFolder(of: row.name, seed: Self.seed, under: runs) }

  private func checkpoint(_ row: Row) -> String { "\(folder(row))/checkpoint.safetensors" }

  /// The columns after image and truth, in this order. The paper's methods stand before ours.
  private static let columns: [Method] = [.crossEntropy, .pixel, .propensity, .image, .regression, .naive, .cam]

  /// The methods that have a row on the data, with it.
  private var columns: [(method: Method, row: Row)] {
    Self.columns.compactMap { method in method.row(on: data).map { (method, $0) } }
  }

  /// Those whose checkpoint the figure is drawn from.
  private var drawn: [(method: Method, row: Row)] {
    columns.filter { FileManager.default.fileExists(atPath: checkpoint($0.row)) }
  }

  package var rows: [String] { drawn.map(\.row.name) }

  /// Images are picked by image-level RSS, so nothing can be drawn without it.
  package var canBeDrawn: Bool { drawn.contains { $0.method == .image } }

  /// What makes the checkpoints that aren't there, one command each.
  package var missingCommands: [String] {
    columns.map(\.row).filter { !rows.contains($0.name) }.map { row in
      "rss train \(row.name) --seed \(Self.seed)" + (runs == "runs" ? "" : " --out \(folder(row))")
    }
  }

  /// - Throws: `InputError` for missing data, a bad checkpoint, or one of other classes.
  package func draw(_ typeface: Typeface) throws -> Drawing {
    let splits = try Row.onDataset(data).data.load()
    let validation = splits.validation
    let checkpoints = try drawn.map { method, row -> (method: Method, checkpoint: Checkpoint) in
      let checkpoint = try Checkpoint(contentsOf: self.checkpoint(row))
      guard checkpoint.description.classes == validation.classes else {
        throw InputError(
          self.checkpoint(row), found: "other classes than those of \(data)",
          expected: validation.classes.joined(separator: ", "), advice: "Train the row again on this data.")
      }
      return (method, checkpoint)
    }
    guard let judge = checkpoints.first(where: { $0.method == .image })?.checkpoint else {
      throw InputError(
        "\(runs)/", found: "no checkpoint of image-level RSS on \(data)", expected: "that of seed \(Self.seed)",
        advice: missingCommands.first.map { "Run: \($0)" } ?? "Name a data set that has such a row.")
    }
    let picks = try Self.picks(of: validation, by: judge)
    let colours = palette(classes: validation.classes.count, background: splits.backgroundClass)
    var seen = Set<UInt8>()
    let rows = try picks.map { pick -> ImageGrid.Row in
      let sample = try validation.sample(at: pick.index)
      seen.formUnion(sample.labels.classes)
      let cells = try checkpoints.map { method, checkpoint -> ImageGrid.Cell in
        var labels = try checkpoint.predict(sample.image)
        seen.formUnion(labels.classes)
        let score = try Self.meanIoU(labels, sample.labels, classes: validation.classes.count)
        // Void is in no score, so it is hatched in predictions too.
        for p in labels.classes.indices where sample.labels.classes[p] == LabelMap.void {
          labels.classes[p] = LabelMap.void
        }
        return .init(Picture(labels, palette: colours), caption: score.map { String(format: "mIoU %.2f", $0) } ?? "–")
      }
      return ImageGrid.Row(
        "\(pick.reason): \(validation.identifier(at: pick.index))",
        [.init(Picture(sample.image)), .init(Picture(sample.labels, palette: colours))] + cells)
    }
    return page(rows, checkpoints.map(\.method), legend(seen, validation.classes, colours), typeface)
  }

  private func page(_ rows: [ImageGrid.Row], _ methods: [Method], _ legend: Legend, _ typeface: Typeface) -> Drawing {
    let scores = rows.map { row in
      "\(row.title): "
        + zip(methods, row.cells.dropFirst(2)).map { "\($0.shortLabel) \($1.caption)" }.joined(separator: ", ")
    }
    var page = FigurePage(
      headline: "What each method makes of the same image: \(dataTitle(data))", width: Drawing.pageWidth,
      description: "\(caption) \(scores.joined(separator: ". ")).", typeface)
    page.add(legend)
    let grid = ImageGrid(columns: ["Image", "Truth"] + methods.map(\.shortLabel), rows: rows)
    page.add(height: grid.height(width: page.width, typeface)) { area, drawing in
      grid.draw(in: area, on: &drawing, typeface)
    }
    let hasOurs = methods.contains(.propensity) || methods.contains(.regression)
    page.add(
      note:
        "Images are picked by rule: the first of the validation split, and the median and the worst by image-level RSS with"
        + " PSD. mIoU is of the one image, over the classes in its truth or the prediction; seed \(Self.seed). CE is"
        + " cross-entropy\(hasOurs ? "; propensity weights and the regression are ours" : "").")
    return page.finished()
  }

  /// Only the classes that occur in a picture; void last.
  private func legend(_ seen: Set<UInt8>, _ classes: [String], _ colours: [RGB]) -> Legend {
    let present = classes.indices.filter { seen.contains(UInt8($0)) }
    let entries = present.map { Legend.Entry(classes[$0], .box(.colour(colours[$0]))) }
    return Legend(entries + (seen.contains(LabelMap.void) ? [.init("void (not counted)", .hatchedBox)] : []))
  }

  /// The first image of a split, the median and the worst by a network's mIoU on each; an image that has none isn't picked by it.
  static func picks(
    of dataset: any LabelledDataset, by checkpoint: Checkpoint
  ) throws -> [(reason: String, index: Int)] {
    let scores = try (0..<dataset.count).compactMap { index -> (score: Double, index: Int)? in
      let sample = try dataset.sample(at: index)
      let score = try meanIoU(checkpoint.predict(sample.image), sample.labels, classes: dataset.classes.count)
      return score.map { ($0, index) }
    }
    return picks(scores)
  }

  /// Ties go to the image that comes first in the split.
  static func picks(_ scores: [(score: Double, index: Int)]) -> [(reason: String, index: Int)] {
    let sorted = scores.sorted { ($0.score, $0.index) < ($1.score, $1.index) }
    guard let worst = sorted.first else { return [("First of the split", 0)] }
    return [("First of the split", 0), ("Median", sorted[sorted.count / 2].index), ("Worst", worst.index)]
  }

  private static func meanIoU(_ prediction: LabelMap, _ truth: LabelMap, classes: Int) throws -> Double? {
    var confusion = ConfusionMatrix(classes: classes)
    try confusion.add(prediction: prediction, truth: truth)
    return confusion.meanIoU
  }
}
