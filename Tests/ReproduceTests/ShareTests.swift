import Rows
import Support
import Tables
import TestSupport
import Testing

@testable import Reproduce

@Suite struct ShareTests {
  private func list(_ numbers: [Int], _ profile: TablePlan.Profile, seeds: Int) -> [PlannedRun] {
    Reproduction(
      tables: TablePlan.all.filter { numbers.contains($0.number) }, profile: profile, seeds: seeds, runs: "runs",
      output: "", keeping: .init()
    ).list
  }

  private func shares(of list: [PlannedRun], _ count: Int) throws -> [[PlannedRun]] {
    try (1...count).map { try Share("\($0)/\(count)").runs(of: list) }
  }

  @Test func everyRunFallsToOneTask() throws {
    for list in [
      list([1, 2], .quick, seeds: 3), list([3], .quick, seeds: 2), list([1, 2, 3, 4, 5, 6], .full, seeds: 1),
    ] {
      #expect(list.map(\.index) == Array(1...list.count))
      for count in [1, 2, 3, 5, 7, list.count, list.count + 3] {
        let shares = try shares(of: list, count)
        #expect(shares.flatMap(\.self).map(\.index).sorted() == list.map(\.index))
        #expect(shares.allSatisfy { $0.map(\.index) == $0.map(\.index).sorted() })
      }
    }
    #expect(try Share("1/3").runs(of: []).isEmpty)
  }

  @Test func whereNothingIsSharedATaskHasEveryNthRun() throws {
    let list = list([1, 2], .quick, seeds: 3)
    #expect(try Share("2/4").runs(of: list).map(\.index) == Array(stride(from: 2, through: list.count, by: 4)))
    #expect(try Share("99/100").runs(of: list).isEmpty)
  }

  /// Rows that train the same classifier, and those that go on from its labels' network, are one task's for each seed.
  @Test func runsThatShareAClassifierAreTogether() throws {
    let list = list([3], .quick, seeds: 2)
    for count in 1...9 {
      let shares = try shares(of: list, count)
      for seed in [1, 2] as [UInt64] {
        let places = shares.indices.filter { place in
          shares[place].contains { $0.row.weak != nil && $0.seed == seed }
        }
        #expect(places.count == 1, "seed \(seed) of \(count) tasks")
      }
    }
    #expect(list.bundles.map(\.count).max() == list.filter { $0.row.weak != nil && $0.seed == 1 }.count)
    let (small, large) = (Row.fashion32CAM, Row.fashion64CAM)
    let others = [small, large].enumerated().map { offset, row in
      PlannedRun(index: offset + 1, row: row, seed: 1, folder: "")
    }
    #expect(others.bundles.count == 2)
  }

  @Test(arguments: ["", "1", "0/3", "4/3", "1/0", "-1/2", "1/2/3", "a/b", "1/", "/2", "1.0/2", "1/1000001"])
  func whatIsNoTask(text: String) {
    let error = inputError { try Share(text) }
    #expect(error.subject == "--task" && error.found == text && error.expected.contains("K/N"))
  }
}
