import ArgumentParser
import Foundation
import Records
import Support
import Tables

struct TablesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tables", abstract: "Make the tables and the claims page from run records, without training.")

  @OptionGroup var source: RecordOptions

  @Option(
    help: """
      Where tables go; the claims page goes beside that folder, and the pages there and the README above them have their \
      numbers made anew.
      """
  )
  var tables: String = "paper/tables"

  func run() throws {
    try reportingErrors {
      let archive = try source.archive()
      let images = try ValidationImages(inRecords: source.records)
      for table in TablePlan.all.compactMap({ $0.table(of: archive.records, images: images) }) {
        try table.write(to: tables)
        print(table.markdown + "\n")
      }
      let pages = URL(fileURLWithPath: tables).deletingLastPathComponent()
      let claims = ClaimsPage(archive.records).markdown
      try AtomicFile.write(Data(claims.utf8), to: pages.appendingPathComponent("claims.md").path)
      print(claims)
      try updateDocuments(in: pages, DocumentTables(archive.records))
    }
  }

  /// Makes the tables and numbers anew that stand between markers, in the pages and in the README above them.
  private func updateDocuments(in pages: URL, _ tables: DocumentTables) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: pages.path).filter { $0.hasSuffix(".md") }.sorted()
    let readme = pages.deletingLastPathComponent().appendingPathComponent("README.md")
    for page in names.map(pages.appendingPathComponent) + [readme] {
      guard let data = FileManager.default.contents(atPath: page.path) else { continue }
      let text = String(decoding: data, as: UTF8.self)
      let updated = try tables.updated(text, named: page.lastPathComponent)
      if updated != text { try AtomicFile.write(Data(updated.utf8), to: page.path) }
    }
  }
}
