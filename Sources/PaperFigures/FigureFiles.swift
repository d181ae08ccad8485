import Figures
import Foundation
import Records
import Support

/// Writes figures as files, and the list of them.
package struct FigureFiles: Sendable {
  package var folder: String
  /// Also as PDF, for LaTeX.
  package var writesPDF: Bool

  package init(folder: String, writesPDF: Bool = false) { (self.folder, self.writesPDF) = (folder, writesPDF) }

  /// Writes `NAME.svg` and `NAME.png`, and `NAME.pdf` where it is asked for, whole or not at all.
  ///
  /// - Throws: `InputError` where the folder can't be written or a font is missing.
  package func write(_ drawing: Drawing, named name: String) throws {
    try makeFolder()
    try AtomicFile.write(Data(drawing.svg().utf8), to: "\(folder)/\(name).svg")
    try AtomicFile.write(drawing.png(), to: "\(folder)/\(name).png")
    if writesPDF { try AtomicFile.write(drawing.pdf(), to: "\(folder)/\(name).pdf") }
  }

  private func makeFolder() throws { try Folder.make(folder, advice: "Name another one with --out.") }

  /// What the list says of one figure.
  package struct Listing: Sendable {
    package var name: String
    package var caption: String
    package var command: String
    package var records: String

    package init(name: String, caption: String, command: String, records: String) {
      (self.name, self.caption, self.command, self.records) = (name, caption, command, records)
    }
  }

  /// The figures of a folder: those drawn from records, then what was drawn from checkpoints and by training, where it is there.
  package static func listings(_ archive: RecordArchive, overlays: [OverlayFigure], in folder: String) -> [Listing] {
    func isDrawn(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(name).png") }
    let fromRecords = FigurePlan.all.filter { isDrawn($0.name) }.map { plan in
      let rows = plan.rows(archive)
      return Listing(
        name: plan.name, caption: plan.caption, command: "rss figures --only \(plan.name)",
        records: rows.isEmpty ? "none yet" : rows.map { "`\($0)`" }.joined(separator: ", "))
    }
    let fromCheckpoints = overlays.filter { isDrawn($0.name) }.map { overlay in
      Listing(
        name: overlay.name, caption: overlay.caption,
        command: "rss figures",
        records: "none: the checkpoints of seed \(OverlayFigure.seed) of `\(overlay.data)/…`, which `rss train` makes")
    }
    let trained = Listing(
      name: ActionMapsFigure.name, caption: ActionMapsFigure.caption, command: "rss figures --action-maps",
      records: "none: the command trains two rows for about half a minute, to the same bits each time")
    return fromRecords + fromCheckpoints + (isDrawn(trained.name) ? [trained] : [])
  }

  /// Writes `README.md`: each figure with the command that makes it and the records it is of.
  package func writeList(_ figures: [Listing]) throws {
    try makeFolder()
    let parts = figures.map { figure in
      """
      ## \(figure.name)

      ![\(figure.caption)](\(figure.name).png)

      \(figure.caption) Command: `\(figure.command)`. Records: \(figure.records).

      """
    }
    let text = """
      # figures/

      Made by the commands below, each as SVG and PNG; `--pdf` gives PDFs too. The same records give the same bytes. Text is DejaVu
      Sans of at least 7 points at printed size (7 inches wide). Don't edit this file: `rss figures` writes it.


      """
    try AtomicFile.write(Data((text + parts.joined(separator: "\n")).utf8), to: "\(folder)/README.md")
  }
}
