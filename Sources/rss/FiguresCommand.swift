import ArgumentParser
import Experiments
import Figures
import Foundation
import Support

struct FiguresCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "figures", abstract: "Draw the figures from run records.",
    discussion: """
      Figures: \(FigurePlan.all.map(\.name).joined(separator: ", ")). Each is drawn from the records that exist and \
      says which it lacks.
      """)

  @Option(help: "The folder of run records.")
  var records: String = "paper/records"

  @Option(help: "Where figures go.")
  var out: String = "figures"

  @Option(parsing: .singleValue, help: "A figure's name; may be given several times. Default: all.")
  var only: [String] = []

  @Flag(help: "Write PDFs too.")
  var pdf = false

  func run() throws {
    try reportingErrors {
      let plans = try chosen()
      let archive = try RecordArchive(contentsOf: records)
      for warning in archive.warnings { printError("warning: \(warning)") }
      let typeface = try Typeface.load()
      let files = FigureFiles(folder: out, writesPDF: pdf)
      for plan in plans {
        try files.write(plan.draw(archive, typeface), named: plan.name)
        print("\(out)/\(plan.name).svg, .png\(pdf ? ", .pdf" : "")")
      }
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
