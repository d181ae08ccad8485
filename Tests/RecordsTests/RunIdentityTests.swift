import Runs
import TestSupport
import Testing

@testable import Records

@Suite struct RunIdentityTests {
  @Test func differencesAreNamed() throws {
    let data = try rectangleFolder()
    let row = tinyRow(data.path)
    let splits = try row.data.load()
    let mine = try RunIdentity(row, seed: 1, data: splits)
    #expect(try mine.differences(of: mine).isEmpty)
    var earlier = mine
    earlier.rewardCommand = "cat"
    #expect(try mine.differences(of: earlier) == ["rewardCommand cat instead of none"])
    earlier.rewardCommand = nil
    earlier.seed = .max
    #expect(try mine.differences(of: earlier) == ["seed \(UInt64.max) instead of 1"])
    (earlier.recipe.learningRate, earlier.recipe.maps, earlier.row) = (0.25, 7, "tiny/other")
    earlier.data.trainFingerprint = "0123"
    earlier.data.backgroundClass = nil
    earlier.data.classes = ["a", "b"]
    let differences = try mine.differences(of: earlier)
    #expect(differences.count == 7)
    #expect(
      differences.map { $0.prefix { $0 != " " } } == [
        "data.backgroundClass", "data.classes", "data.trainFingerprint", "recipe.learningRate", "recipe.maps", "row",
        "seed",
      ])
    #expect(
      differences.contains("recipe.maps 7 instead of 1") && differences.contains("row tiny/other instead of tiny/ce"))
    #expect(differences.contains("data.backgroundClass none instead of 0"))
    #expect(differences.contains("data.classes a, b instead of background, rectangle"))
  }

  @Test func aRecordHasItsRunsIdentity() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let row = tinyRow(data.path, steps: 2)
    let record = try Runner(row, seed: 4, folder: runs.path).run()
    let splits = try row.data.load()
    #expect(try RunIdentity(record) == RunIdentity(row, seed: 4, data: splits))
    #expect(try RunIdentity(record) != RunIdentity(row, seed: 5, data: splits))
  }
}
