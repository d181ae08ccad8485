import ArgumentParser
import Figures
import Foundation
import PaperFigures
import Support

struct FiguresCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "figures", abstract: "Draw the figures from run records.",
    discussion: """
      Figures: \(FigurePlan.all.map(\.name).joined(separator: ", ")). Each is drawn from the records that exist and \
      says which it lacks. Overlays are drawn where the runs' checkpoints are.
      """)

  @OptionGroup var source: RecordOptions

  @Option(help: "Where run folders are, for the checkpoints that overlays need.")
  var runs: String = "runs"

  @Option(help: "Where figures go.")
  var out: String = "figures"

  @Option(parsing: .singleValue, help: "A figure's name; may be given several times. Default: all, and overlays.")
  var only: [String] = []

  @Flag(
    help:
      "Draw sampled action maps instead: trains fashion32/image with and without PSR, which takes about half a minute.")
  var actionMaps = false

  @Flag(help: "Write PDFs too.")
  var pdf = false

  @OptionGroup var threading: ThreadOptions

  func run() throws {
    try reportingErrors {
      try threading.apply()
      let plans = try chosen()
      let typeface = try Typeface.load()
      let files = FigureFiles(folder: out, writesPDF: pdf)
      func write(_ drawing: Drawing, _ name: String) throws {
        try files.write(drawing, named: name)
        print("\(out)/\(name).svg, .png\(pdf ? ", .pdf" : "")")
      }
      if actionMaps {
        try write(ActionMapsFigure().draw(typeface), ActionMapsFigure.name)
        return
      }
      let archive = try source.archive()
      for plan in plans {
        if plan.rows(archive).isEmpty && only.isEmpty {
          printError("\(plan.name) isn't drawn: none of its rows is recorded in \(source.records).")
        } else {
          try write(plan.draw(archive, typeface), plan.name)
        }
      }
      guard only.isEmpty else { return }
      let overlays = archive.dataNames.map { OverlayFigure(data: $0, runs: runs) }
      for overlay in overlays { try draw(overlay, typeface, write) }
      try files.writeList(FigureFiles.listings(archive, overlays: overlays, in: out))
    }
  }

  /// Overlays of one data set, or the commands that make what they need.
  private func draw(_ overlay: OverlayFigure, _ typeface: Typeface, _ write: (Drawing, String) throws -> Void) throws {
    let missing = overlay.missingCommands.joined(separator: "\n  ")
    guard overlay.canBeDrawn else {
      printError("\(overlay.name) isn't drawn: it needs checkpoints, which these make:\n  \(missing)")
      return
    }
    if !missing.isEmpty { printError("\(overlay.name) lacks a column, which this makes:\n  \(missing)") }
    do {
      try write(overlay.draw(typeface), overlay.name)
    } catch let error as InputError {
      printError("\(overlay.name) isn't drawn. \(error)")
    }
  }

  private func chosen() throws -> [FigurePlan] {
    try only.isEmpty
      ? FigurePlan.all
      : only.map { name in
        if let plan = FigurePlan.all.first(where: { $0.name == name }) { return plan }
        let known = FigurePlan.all.map(\.name)
        let near = nearestNames(to: name, in: known)
        throw InputError(
          "--only \(name)", found: "no such figure", expected: (near.isEmpty ? known : near).joined(separator: " or "),
          advice: "Leave --only out for all figures.")
      }
  }
}
