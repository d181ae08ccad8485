import Ranks
import Support
import TestSupport
import Testing

@Suite struct CommunicatorTests {
  @Test func aProcessByItselfHasItsOwn() {
    let alone = SingleProcess()
    #expect(alone.isFirst && alone.count == 1)
    #expect(alone.gather([1.5, 2.5]) == [1.5, 2.5])
    #expect(alone.sum(7) == 7)
    #expect(alone.share(of: 5) == 0..<5)
  }

  @Test func numbersComeInTheOrderOfRanksHoweverManyEachHas() {
    let found = LocalRanks.run(3) { ranks in
      ranks.gather([Double](repeating: Double(ranks.rank), count: ranks.rank))
    }
    #expect(found == [[Double]](repeating: [1, 2, 2], count: 3))
    #expect(LocalRanks.run(3) { $0.sum([1, $0.rank]) } == [[Int]](repeating: [3, 3], count: 3))
  }

  @Test(arguments: [(0, 1), (1, 3), (5, 4), (16, 4), (7, 3)])
  func sharesAreNeighboursAndComplete(items: Int, count: Int) {
    let shares = LocalRanks.run(count) { $0.share(of: items) }
    #expect(shares.flatMap { Array($0) } == Array(0..<items))
    #expect((shares.map(\.count).max() ?? 0) - (shares.map(\.count).min() ?? 0) <= 1)
  }

  @Test func whatTheFirstFindsIsToldToAll() {
    #expect(LocalRanks.run(3) { ranks in try? ranks.first { ranks.rank + 10 } } == [10, 10, 10])
    let complaint = InputError("file", found: "nothing", expected: "something", advice: "Write it.")
    let errors = LocalRanks.run(2) { ranks -> InputError? in
      do {
        _ = try ranks.first { () throws -> Int in throw complaint }
        return nil
      } catch {
        return error as? InputError
      }
    }
    #expect(errors == [complaint, complaint])
  }

  @Test func aRankWithSomethingElseIsNamed() {
    let errors = LocalRanks.run(3) { ranks -> InputError? in
      do {
        try ranks.agree(on: "data", ranks.rank == 2 ? "other" : "same") { $0 == $1 ? [] : ["\($0) instead of \($1)"] }
        return nil
      } catch {
        return error as? InputError
      }
    }
    #expect(errors.count == 3 && errors.allSatisfy { $0?.found.contains("rank 2") == true })
    #expect(errors[0]?.found.contains("other instead of same") == true)
  }
}
