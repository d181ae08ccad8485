import Figures
import Foundation
import Mustache
import PaperFigures
import Records
import Support
import Tables

/// The report: tables, figures, claims and provenance on one page that needs nothing else.
package struct Report: Sendable {
  package var archive: RecordArchive
  /// What is known of other validation images.
  package var images: ValidationImages
  /// `claims.md`, where there is one.
  package var claims: String?
  /// Where figures lie that aren't functions of records alone.
  package var figures: String

  package init(archive: RecordArchive, images: ValidationImages = ValidationImages(), claims: String?, figures: String)
  {
    (self.archive, self.images, self.claims, self.figures) = (archive, images, claims, figures)
  }

  /// Figures drawn from checkpoints or by training, which the report takes as they were last drawn.
  private static let drawnElsewhere = "overlays-"

  /// The page as HTML. The same records and files give the same bytes.
  ///
  /// - Throws: `InputError` where a font is missing.
  package func html() throws -> String {
    let typeface = try Typeface.load()
    let plans = FigurePlan.all.filter { !$0.rows(archive).isEmpty }
    let drawn = try plans.map { plan -> [String: Any] in
      let drawing = plan.draw(archive, typeface)
      return [
        "id": "figure-\(plan.name)", "title": drawing.title, "caption": plan.caption,
        "svg": try drawing.svg(for: .page),
      ]
    }
    let context: [String: Any] = [
      "style": ReportTemplate.style,
      "tables": tables.enumerated().map { Self.context(of: $1, number: $0) },
      "figures": drawn + pictures,
      "claims": claims.map(markdownAsHTML) ?? "",
      "hasClaims": claims != nil,
      "provenance": provenance.map { ["name": $0.name, "value": $0.value] },
      "runs": archive.runs.map(Self.context),
      "warnings": archive.warnings,
      "hasWarnings": !archive.warnings.isEmpty,
    ]
    return try MustacheTemplate(string: ReportTemplate.page).render(context)
  }

  private var tables: [Table] {
    TablePlan.all.compactMap { $0.table(of: archive.records, images: images) }
  }

  /// Pictures that were drawn before, in the order of their names.
  private var pictures: [[String: Any]] {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: figures)) ?? []).sorted()
    return names.filter {
      $0.hasSuffix(".png") && ($0.hasPrefix(Self.drawnElsewhere) || $0 == "\(ActionMapsFigure.name).png")
    }
    .compactMap { name in
      guard let bytes = FileManager.default.contents(atPath: "\(figures)/\(name)") else { return nil }
      let stem = String(name.dropLast(4))
      let svg = (try? String(contentsOfFile: "\(figures)/\(stem).svg", encoding: .utf8)) ?? ""
      func element(_ tag: String) -> String {
        svg.components(separatedBy: "<\(tag)>").dropFirst().first?.components(separatedBy: "</\(tag)>").first ?? stem
      }
      // The SVG's own words are XML already, as HTML is.
      return [
        "id": "figure-\(stem)", "titleHTML": element("title"), "descriptionHTML": element("desc"),
        "png": bytes.base64EncodedString(),
      ]
    }
  }

  /// A table for the template: the first two columns are headers of their rows; columns of numbers stand to the right.
  private static func context(of table: Table, number: Int) -> [String: Any] {
    let isNumber = table.columns.indices.map { c in
      c >= 2 && table.rows.allSatisfy { row in row[c].plain.first.map { $0.isNumber || "–-−".contains($0) } ?? true }
    }
    return [
      "id": table.name, "caption": table.caption, "notes": table.notes,
      "columns": zip(table.columns, isNumber).map { ["text": $0, "isNumber": $1] as [String: Any] },
      "rows": table.rows.map { row -> [String: Any] in
        let cells = row.enumerated().map { c, cell -> [String: Any] in
          // An interval stands under its mean, so that a wide table still fits a page.
          let parts = cell.plain.split(separator: "[", maxSplits: 1)
          let text = parts.first.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
          return c < 2
            ? ["text": cell.plain, "isHeader": true]
            : [
              "text": text, "interval": parts.count > 1 ? "[\(parts[1])" : "", "isCell": true, "isNumber": isNumber[c],
            ]
        }
        return ["cells": cells]
      },
    ]
  }

  private static func context(of run: RecordedRun) -> [String: Any] {
    let record = run.record
    return [
      "row": record.row.name, "seed": "\(record.seed)",
      "mIoU": record.result.mIoU.map { String(format: "%.3f", $0) } ?? "–",
      "steps": "\(record.steps)", "queries": record.queries > 0 ? "\(record.queries)" : "–",
      "seconds": String(format: "%.0f", record.seconds), "commit": record.provenance.commit,
      "date": record.provenance.date,
    ]
  }

  private var provenance: [(name: String, value: String)] {
    func all(_ value: (RunRecord) -> String) -> String {
      Set(archive.records.map(value)).sorted().joined(separator: "; ")
    }
    return [
      ("Commit", all(\.provenance.commit)),
      ("Processor", all(\.provenance.machine)),
      ("oneDNN", all(\.provenance.oneDNN)), ("OpenBLAS", all(\.provenance.openBLAS)),
      ("Seeds", Set(archive.records.map(\.seed)).sorted().map(String.init).joined(separator: ", ")),
      ("Data", all { "\($0.data.evaluationName) \($0.data.evaluationFingerprint)" }),
      ("Runs", "\(archive.runs.count)"),
    ]
  }
}
