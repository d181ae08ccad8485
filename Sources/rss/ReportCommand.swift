import ArgumentParser
import Foundation
import Records
import Reports
import Support

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write the tables, figures and their provenance as one HTML page.",
    discussion:
      "The page needs no network and no other file. Overlays and action maps are those that rss figures drew last.")

  @OptionGroup var source: RecordOptions

  @Option(help: "The folder of figures.")
  var figures: String = "figures"

  @Option(help: "The page of claims, in Markdown; left out where there is none.")
  var claims: String = "paper/claims.md"

  @Option(help: "The file to write.")
  var out: String = "paper/report.html"

  func run() throws {
    try reportingErrors {
      let archive = try source.archive()
      let text = FileManager.default.contents(atPath: claims).map { String(decoding: $0, as: UTF8.self) }
      let images = try ValidationImages(inRecords: source.records)
      let page = try Report(archive: archive, images: images, claims: text, figures: figures).html()
      try AtomicFile.write(Data(page.utf8), to: out)
      print("\(out): \(archive.runs.count) runs, \(page.utf8.count / 1000) kB")
    }
  }
}
