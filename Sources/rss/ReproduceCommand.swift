import ArgumentParser
import Datasets
import Foundation
import Reproduce
import Support
import Tables
import Tensors

extension TablePlan.Profile: ExpressibleByArgument {}

struct ReproduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce", abstract: "Run the rows of the tables over several seeds and print the tables.",
    discussion: """
      The quick profile runs FashionScenes 32 x 32 with three seeds, in minutes. The full profile adds FashionScenes
      64 x 64 and CamVid (data/camvid, see data-scripts/README.md) with five seeds, in hours; Table 6 is VOC 2012
      (data/voc2012) with ImageNet's weights (data-scripts/weights mobilenetV2).
      """)

  @Option(
    parsing: .singleValue,
    help:
      "A table's number, \(TablePlan.all.map { String($0.number) }.joined(separator: ", ")); may be given several times."
  )
  var table: [Int] = [1, 2]

  @Option(help: "quick or full.")
  var profile: TablePlan.Profile = .quick

  @Option(help: "Seeds per row, from 1 on; default 3 (quick) or 5 (full).")
  var seeds: Int?

  @Flag(help: "Go on with a run that was interrupted. (Runs that are recorded already are kept in any case.)")
  var resume = false

  @Option(help: "Where run folders go.")
  var runs: String = "runs"

  @Option(help: "Where tables go.")
  var tables: String = "runs/tables"

  @OptionGroup var keeping: KeepingOptions
  @OptionGroup var threading: ThreadOptions

  func run() throws {
    try reportingErrors {
      try threading.apply()
      let plans = try table.map { number in
        guard let plan = TablePlan.all.first(where: { $0.number == number }) else {
          throw InputError(
            "--table", found: "\(number)",
            expected: "one of \(TablePlan.all.map { String($0.number) }.joined(separator: ", "))",
            advice: "Leave it out for Tables 1 and 2.")
        }
        guard !plan.rows(profile).isEmpty else {
          throw InputError(
            "--table", found: "\(number), of which the \(profile.rawValue) profile has no row",
            expected: "a table of the profile", advice: "Give --profile full.")
        }
        return plan
      }
      let count = seeds ?? profile.seeds
      guard (1...1000).contains(count) else {
        throw InputError("--seeds", found: "\(count)", expected: "1 to 1000", advice: "Three is the quick profile's.")
      }
      let reproduction = Reproduction(
        tables: plans, profile: profile, seeds: count, runs: runs, output: tables,
        keeping: try keeping.value(resume: resume, folderOption: "--runs"))
      let start = ContinuousClock.now
      var drifted: [String] = []
      let made = try reproduction.run { event in
        switch event {
        case .started: break
        case .skipped(let row, let seed): print("\(row.name) seed \(seed): finished already, kept")
        case .finished(let record):
          let score = record.result.mIoU.map { String(format: "%.3f", $0) } ?? "–"
          print("\(record.row.name) seed \(record.seed): mIoU \(score), \(String(format: "%.0f", record.seconds)) s")
        case .unavailable(let source, let error):
          printError("left out: every row of \(source.name). \(error)")
        case .drifted(let text): drifted.append(text)
        }
        fflush(nil)  // a log that is followed gets each line as it comes
      }
      for table in made { print("\n\(table.markdown)") }
      for text in drifted { printError("warning: \(text)") }
      let minutes = (ContinuousClock.now - start) / .seconds(60)
      print("Tables are in \(tables)/, runs in \(runs)/. \(String(format: "%.1f", minutes)) minutes.")
    }
  }
}
