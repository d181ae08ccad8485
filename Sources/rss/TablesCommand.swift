import ArgumentParser
import Foundation
import Records
import Support
import Tables

struct TablesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tables", abstract: "Make the tables and the claims page from run records, without training.")

  @OptionGroup var source: RecordOptions

  @Option(help: "Where tables go; the claims page goes beside that folder.")
  var tables: String = "paper/tables"

  func run() throws {
    try reportingErrors {
      let archive = try source.archive()
      let images = try ValidationImages(inRecords: source.records)
      for table in TablePlan.all.compactMap({ $0.table(of: archive.records, images: images) }) {
        try table.write(to: tables)
        print(table.markdown + "\n")
      }
      let claims = ClaimsPage(archive.records).markdown
      let path = URL(fileURLWithPath: tables).deletingLastPathComponent().appendingPathComponent("claims.md").path
      try AtomicFile.write(Data(claims.utf8), to: path)
      print(claims)
    }
  }
}
