import Rewards
import Testing
import Training

@testable import Rows

@Suite struct AblationRowsTests {
  @Test func everyRowHasANameOfItsOwnAndCanRun() throws {
    #expect(Set(Row.all.map(\.name)).count == Row.all.count)
    for row in Row.all { try row.recipe.validate() }
  }

  @Test func theAblationIsEveryCombinationOnce() {
    for base in [Row.fashion32Image, .fashion64Image, .camvidImage] {
      let rows = Row.ablation(of: base)
      let combinations = Set(
        rows.map { [$0.recipe.scales != .full, $0.recipe.advantage == .psd, $0.recipe.syncAN == .batch] })
      #expect(rows.count == 8 && combinations.count == 8)
      #expect(rows.allSatisfy { $0.recipe.maps == base.recipe.maps && $0.recipe.steps == base.recipe.steps })
      #expect(rows.contains(base))
    }
  }

  /// A recipe that has a row already isn't run a second time under another name.
  @Test func knownRecipesKeepTheirRows() {
    let rows = Row.comparisons(of: .fashion32Image).map(\.row)
    for known in [Row.fashion32Image, .fashion32ImageRegression, .fashion32ImageRegression64] {
      #expect(rows.contains(known))
    }
    let strong = Row.all.filter { !$0.learnsFromTags }
    for row in strong {
      #expect(strong.count { $0.data == row.data && $0.recipe == row.recipe } == 1, "\(row.name)")
    }
  }

  @Test func namesOfFolders() {
    #expect(Row.fashion32ImageRegression.name == "fashion32/image-regression")
    #expect(Row.camvidPixelPropensity.name == "camvid/pixel-propensity")
  }
}
