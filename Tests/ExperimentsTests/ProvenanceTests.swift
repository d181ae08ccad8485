import Foundation
import Testing

@testable import Experiments

@Suite struct ProvenanceTests {
  @Test func everythingHasAValue() throws {
    let now = Provenance.current()
    #expect([now.commit, now.oneDNN, now.openBLAS, now.cpu, now.date].allSatisfy { !$0.isEmpty } && now.threads >= 1)
    #expect(now.commit == "unknown" || now.commit.wholeMatch(of: /[0-9a-f]{12}\+?/) != nil)
    _ = try Date(now.date, strategy: .iso8601)
    #expect(try JSONDecoder().decode(Provenance.self, from: JSONEncoder().encode(now)) == now)
  }

  @Test func memoryIsMeasured() { #expect(peakMemoryMegabytes() > 5) }
}
