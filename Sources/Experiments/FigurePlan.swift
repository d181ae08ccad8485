import Figures
import Foundation
import Support

/// One figure: its name, what it is of, and how it is drawn from records.
public struct FigurePlan: Sendable {
  /// The file's name without ending.
  public let name: String
  /// What the figure shows, for the list of figures.
  public let caption: String
  /// Which rows' records it is made of, for the same list.
  public let rows: @Sendable (RecordArchive) -> [String]
  public let draw: @Sendable (RecordArchive, Typeface) -> Drawing

  /// Figures that are functions of records alone, in the order of the report.
  public static let all: [FigurePlan] =
    [convergence] + ComparisonFigure.all.map(\.plan) + [perClass, confusion]

  static let convergence = FigurePlan(
    name: "convergence",
    caption: "Validation mIoU against training steps, and against the rewards asked for.",
    rows: { rows(of: [.crossEntropy, .pixel, .image, .naive], in: $0) },
    draw: ConvergenceFigure.draw)

  static let perClass = FigurePlan(
    name: "per-class", caption: "IoU of each class by method.", rows: { rows(of: Method.allCases, in: $0) },
    draw: PerClassFigure.draw)

  static let confusion = FigurePlan(
    name: "confusion",
    caption: "Which class is taken for which: confusion matrices of cross-entropy and image-level RSS.",
    rows: { rows(of: [.crossEntropy, .image], in: $0) }, draw: ConfusionFigure.draw)

  private static func rows(of methods: [Method], in archive: RecordArchive) -> [String] {
    archive.dataNames.flatMap { data in methods.map { $0.row(on: data) } }.filter { !archive.runs(of: $0).isEmpty }
  }
}
