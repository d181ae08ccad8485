import Figures
import Foundation
import Records
import Rows
import Support

/// One figure: its name, what it is of, and how it is drawn from records.
package struct FigurePlan: Sendable {
  /// The file's name without ending.
  package let name: String
  /// What the figure shows, for the list of figures.
  package let caption: String
  /// The rows that it shows where they have records.
  package let named: [Row]
  /// Which rows' records it is made of, for the same list.
  package let rows: @Sendable (RecordArchive) -> [String]
  package let draw: @Sendable (RecordArchive, Typeface) -> Drawing

  /// Figures that are functions of records alone, in the order of the report.
  package static let all: [FigurePlan] =
    [convergence, trainingLength] + ComparisonFigure.all.map(\.plan) + [
      estimators, estimators(of: .fashion64Image, name: "estimators-fashion64"),
    ] + PerClassFigure.all.map(\.plan) + [confusion]

  static let convergence = FigurePlan(
    name: "convergence",
    caption:
      "Validation mIoU against training steps, by rewards of pixels and of whole maps, and against the rewards asked for.",
    named: ConvergenceFigure.methods.flatMap(\.rows), rows: { rows(of: ConvergenceFigure.methods, in: $0) },
    draw: ConvergenceFigure.draw)

  static let trainingLength = FigurePlan(
    name: "training-length",
    caption:
      "mIoU and its ratio to cross-entropy's at the end of runs of different lengths, each with its whole schedule.",
    named: TrainingLengthFigure.methods.flatMap { method in method.rows.flatMap { [$0] + $0.longer } },
    rows: TrainingLengthFigure.rows, draw: TrainingLengthFigure.draw)

  static let estimators = estimators(of: .fashion32Image, name: "estimators")

  private static func estimators(of image: Row, name: String) -> FigurePlan {
    let figure = EstimatorsFigure(of: image)
    return FigurePlan(
      name: name,
      caption:
        "mIoU against reward queries: PSD with SyncAN over the batch, normalised per image, and with the regression, each with 2 to"
        + " 256 maps per image, on \(dataTitle(image.data.name)).",
      named: figure.rows, rows: { recorded(figure.rows, in: $0) }, draw: { figure.draw($0, $1) })
  }

  static let confusion = FigurePlan(
    name: "confusion",
    caption: "Which class is taken for which: confusion matrices of cross-entropy and image-level RSS.",
    named: ConfusionFigure.methods.flatMap(\.rows), rows: { rows(of: ConfusionFigure.methods, in: $0) },
    draw: ConfusionFigure.draw)

  private static func rows(of methods: [Method], in archive: RecordArchive) -> [String] {
    recorded(archive.dataNames.flatMap { data in methods.compactMap { $0.row(on: data) } }, in: archive)
  }

  static func recorded(_ rows: [Row], in archive: RecordArchive) -> [String] {
    rows.filter { !archive.runs(of: $0).isEmpty }.map(\.name)
  }
}
