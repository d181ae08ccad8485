import ArgumentParser
import Datasets
import Experiments
import Foundation
import Support

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "List data sets, and check a data folder.", subcommands: [List.self, Verify.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The data sets of the tables, and whether they are here.")

    func run() throws {
      var seen: [DataSource] = []
      for row in Row.all where !seen.contains(row.data) && row.data.name != "folder" {
        seen.append(row.data)
        do {
          let splits = try row.data.load()
          print(
            "\(row.data.name): \(splits.train.count) train, \(splits.tuning.count) tuning, "
              + "\(splits.validation.count) validation images; \(splits.train.channels) channel(s); "
              + "\(splits.train.classes.count) classes: \(splits.train.classes.joined(separator: ", "))")
        } catch let error as InputError {
          print("\(row.data.name): not here. \(error)")
        }
      }
      print("Any folder: rss train folder/image --data DIR (layout in data-scripts/README.md; rss data verify DIR).")
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read every file of a data folder and report everything that is wrong with it.")

    @Argument(help: "The folder: images/, labels/, classes.txt and one text file per split.")
    var directory: String

    func run() throws {
      let report = FolderVerification.verify(directory: directory)
      for split in report.splits {
        let sizes = [split.widths, split.heights].map { $0.map { "\($0.lowerBound) to \($0.upperBound)" } ?? "–" }
        print(
          "\(split.name): \(split.count) images, \(split.readable) readable, width \(sizes[0]), height \(sizes[1]), "
            + String(format: "%.1f%% void", 100 * split.voidShare))
        for (name, share) in zip(report.classes, split.classShares) {
          print(String(format: "  %5.1f%%  ", 100 * share) + name)
        }
      }
      if report.unlistedImages > 0 { print("\(report.unlistedImages) images are in no split") }
      guard report.problems.isEmpty else {
        for problem in report.problems { printError("error: \(problem)") }
        printError("\(report.problems.count) problem(s) in \(directory)")
        throw ExitCode(inputErrorStatus)
      }
      print("\(directory): nothing wrong")
    }
  }
}
