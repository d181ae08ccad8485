import ArgumentParser
import Datasets
import Foundation
import Images
import Rows
import Support

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "List data sets, check a data folder, write a data set as one.",
    subcommands: [List.self, Verify.self, Export.self])

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

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a data set as a folder: images/, labels/, classes.txt, train.txt, tuning.txt and val.txt.")

    @Argument(help: "fashion32, fashion64, camvid, or folder with --data.")
    var name: String

    @Argument(help: "The new folder.")
    var directory: String

    @Option(help: "Samples of each split; default: all.")
    var limit: Int?

    @OptionGroup var folder: FolderOptions

    func run() throws {
      try reportingErrors {
        let source = try folder.apply(to: Row.onDataset(name)).data
        let splits = try source.load()
        let export = try FolderExport(
          limit: limit, palette: palette(classes: splits.train.classes.count, background: splits.backgroundClass))
        let counts = try export.write(splits, to: directory)
        print("\(directory): \(counts.map { "\($0.count) \($0.split)" }.joined(separator: ", ")) images")
      }
    }
  }
}
