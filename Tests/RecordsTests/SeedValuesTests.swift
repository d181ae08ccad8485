import Metrics
import Rows
import TestSupport
import Testing

@testable import Records

@Suite struct SeedValuesTests {
  private func records(_ row: Row, _ scores: [UInt64: Double?]) throws -> [RunRecord] {
    try scores.map { try syntheticRecord(row, seed: $0.key, mIoU: $0.value) }
  }

  @Test func noValueOneTwoAndThree() throws {
    #expect(SeedValues(meanOf: []) == nil)
    #expect(seedValues([.nan]) == nil)
    #expect(try #require(seedValues([0.387])).text == "0.387")
    let two = try #require(seedValues([0.387, 0.3934]))
    #expect(two.text == "0.387 0.393" && two.interval.lower == nil && two.interval.count == 2)
    let three = try #require(seedValues([1, 2, 3]))
    #expect(three.text == "2.000 [-0.484, 4.484]")
    #expect(three.interval.text() == three.text && two.interval.text() == nil)
  }

  @Test func valuesStandInTheOrderOfSeeds() throws {
    let values = try #require(SeedValues(try records(.fashion32Image, [3: 0.3, 1: 0.1, 2: nil]), \.result.mIoU))
    #expect(values.values.map(\.seed) == [1, 3] && values.values.map(\.value) == [0.1, 0.3])
  }

  /// Only seeds that both have, and only runs that have a score.
  @Test func ratiosAndDifferencesAreOfTheSameSeeds() throws {
    let one = try records(.fashion32Image, [1: 0.4, 2: 0.6, 3: nil, 5: 0.1])
    let other = try records(.fashion32CrossEntropy, [1: 0.8, 2: 0.8, 3: 0.8, 4: 0.9])
    let ratio = try #require(SeedValues(ratioOf: one, to: other))
    #expect(ratio.values.map(\.seed) == [1, 2] && ratio.values.map(\.value) == [0.5, 0.6 / 0.8])
    let difference = try #require(SeedValues(differenceOf: one, from: other))
    #expect(difference.values.map(\.value) == [0.4 - 0.8, 0.6 - 0.8])
    #expect(SeedValues(ratioOf: one, to: []) == nil && SeedValues(differenceOf: [], from: other) == nil)
  }

  @Test func nothingIsAPartOfZero() throws {
    let one = try records(.fashion32Image, [1: 0.4, 2: 0])
    let zero = try records(.fashion32CrossEntropy, [1: 0.8, 2: 0])
    #expect(SeedValues(ratioOf: one, to: zero) == nil)
    #expect(try #require(SeedValues(ratioOf: one, to: Array(zero.filter { $0.seed == 1 }))).text == "0.500")
  }
}
