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

  @Flag(help: "Replace pictures also by ones that fewer runs stand behind.")
  var overwrite = false

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
      var sources = try FigureSources(of: out)
      var kept = false
      /// Whether a picture of these runs may take its place: one of more runs stays.
      func mayReplace(_ name: String, _ runs: [String: Int]) -> Bool {
        let losses = sources.losses(of: name, from: runs)
        guard !losses.isEmpty, !overwrite, FileManager.default.fileExists(atPath: "\(out)/\(name).png") else {
          sources.set(name, to: runs)
          return true
        }
        kept = true
        printError(
          "\(name) stays as it is, drawn from more runs: \(losses.joined(separator: "; ")). --overwrite draws it.")
        return false
      }
      for plan in plans {
        if plan.rows(archive).isEmpty && only.isEmpty {
          printError("\(plan.name) isn't drawn: none of its rows is recorded in \(source.records).")
        } else if mayReplace(plan.name, Dictionary(counting: plan.rows(archive)) { archive.count(ofRuns: $0) }) {
          try write(plan.draw(archive, typeface), plan.name)
        }
      }
      if only.isEmpty {
        let overlays = archive.dataNames.map { OverlayFigure(data: $0, runs: runs) }
        for overlay in overlays
        where !overlay.canBeDrawn || mayReplace(overlay.name, .init(counting: overlay.rows) { _ in 1 }) {
          try draw(overlay, typeface, write)
        }
        // The list says what every picture is of, and so stays with one that does.
        if !kept { try files.writeList(FigureFiles.listings(archive, overlays: overlays, in: out)) }
      }
      try sources.write(to: out)
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

extension Dictionary where Key == String, Value == Int {
  fileprivate init(counting names: [String], _ count: (String) -> Int) {
    self.init(names.map { ($0, count($0)) }, uniquingKeysWith: { first, _ in first })
  }
}
