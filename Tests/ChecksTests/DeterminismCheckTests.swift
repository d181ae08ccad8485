import Foundation
import Rewards
import Tensors
import TestSupport
import Testing
import Training

@testable import Checks

@Suite struct DeterminismCheckTests {
  @Test func runsOfTheProjectAreDeterministic() throws {
    let data = try rectangleFolder()
    let rows = [tinyRow(data.path), tinyRow(data.path, .imageReward, name: "tiny/image")]
    let threads = Threads.count
    var seen: [String] = []
    let findings = try DeterminismCheck(rows: rows, steps: 6).run { seen.append($0.row) }
    #expect(seen == ["tiny/ce", "tiny/image"] && findings.map(\.row) == seen)
    for finding in findings {
      #expect(finding.repeated && finding.resumed && finding.threadDifferences?.count == 5)
      #expect(finding.failures.isEmpty, "\(finding)")
    }
    #expect(Threads.count == threads)
    let table = DeterminismCheck(rows: rows, steps: 6).table(findings)
    #expect(table.rows.count == 2 && table.rows.allSatisfy { $0[1] == .text("same bytes") })
  }

  @Test func failuresNameTheRowAndTheCheck() {
    func failures(_ repeated: Bool, _ resumed: Bool, _ differences: [Double]?) -> [String] {
      DeterminismCheck.Finding(row: "a/b", repeated: repeated, resumed: resumed, threadDifferences: differences)
        .failures
    }
    #expect(failures(true, true, [0]).isEmpty && failures(true, true, [1e-6, 0.05]).isEmpty)
    #expect(failures(false, true, [0]).map { $0.prefix(13) } == ["a/b: repeated"])
    #expect(failures(true, false, [0]).map { $0.prefix(12) } == ["a/b: resumed"])
    #expect(failures(true, true, [1e-4, 1e-3]).first?.hasPrefix("a/b: threads: the least") == true)
    #expect(failures(true, true, [1e-6, 0.2]).first?.hasPrefix("a/b: threads: the largest") == true)
    #expect(failures(true, true, [1e-6, .nan]).count == 2 && failures(true, true, []).count == 2)
    #expect(failures(false, false, [0.5]).count == 4)
    #expect(failures(true, true, nil).isEmpty && failures(false, true, nil).count == 1)
  }

  @Test func relativeDifferences() {
    #expect(relativeDifference([1, 2], from: [1, 2]) == 0 && relativeDifference([0], from: [0]) == 0)
    #expect(abs(relativeDifference([3, 5], from: [3, 4]) - 0.2) < 1e-12)
    #expect(relativeDifference([1], from: [0]) == .infinity)
    #expect(relativeDifference([.nan], from: [1]).isNaN)
  }

  /// One row of each objective, each advantage of image-level reward, each mechanism, and each way to learn from tags.
  @Test func everyKindOfRowIsChecked() {
    #expect(Set(DeterminismCheck.rows.map(\.recipe.objective)).count == 3)
    #expect(DeterminismCheck.rows.contains { $0.weak != nil } && DeterminismCheck.rows.contains { $0.oneStage != nil })
    let recipes = DeterminismCheck.rows.map(\.recipe)
    for isOn in [
      { (recipe: Recipe) in recipe.propensityFloor > 0 }, { $0.exploration > 0 }, { $0.entropyBonus > 0 },
      { $0.scales != .full },
      { $0.regions != .whole }, { $0.syncAN == .image },
    ] {
      #expect(recipes.contains(where: isOn))
    }
    let image = DeterminismCheck.rows.filter { $0.recipe.objective == .imageReward }
    #expect(Set(image.map(\.recipe.advantage)) == Set(ImageAdvantage.allCases))
  }
}
