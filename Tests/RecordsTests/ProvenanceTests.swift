import Foundation
import TestSupport
import Testing

@testable import Records

@Suite struct ProvenanceTests {
  @Test func everythingHasAValue() throws {
    let now = Provenance.current()
    #expect([now.commit, now.oneDNN, now.openBLAS, now.cpu, now.date].allSatisfy { !$0.isEmpty } && now.threads >= 1)
    #expect(now.commit == "unknown" || now.commit.wholeMatch(of: /[0-9a-f]{12}\+?/) != nil)
    _ = try Date(now.date, strategy: .iso8601)
    #expect(try JSONDecoder().decode(Provenance.self, from: JSONEncoder().encode(now)) == now)
  }

  /// The checkout is the program's, wherever it works: that of these tests, and not of the empty folder it was run in.
  @Test(.enabled(if: RSSProcess.isBuilt, RSSProcess.reason)) func theCommitIsTheProgramsOwn() throws {
    let trained = try TrainedFolder.shared.get()
    let commit = try RunRecord(contentsOf: "\(trained.runs.path)/run/run.json").provenance.commit
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let isCheckout = FileManager.default.fileExists(atPath: "\(package)/.git")
    #expect((commit == "unknown") != isCheckout, "\(commit)")
  }

  @Test func memoryIsMeasured() { #expect(peakMemoryMegabytes() > 5) }
}
