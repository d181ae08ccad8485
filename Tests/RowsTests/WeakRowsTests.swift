import Foundation
import Testing
import Training

@testable import Rows

@Suite struct WeakRowsTests {
  /// What is compared is what the network learns from: everything else is the cross-entropy row's.
  @Test func theNetworkLearnsByTheRecipeOfCrossEntropy() throws {
    for row in Row.allWeak {
      #expect((row.weak == nil) != (row.oneStage == nil) && row.learnsFromTags)
      try row.weak?.validate()
      try row.oneStage?.validate()
      let base = try #require(Row.all.first { $0.data == row.data && $0.name.hasSuffix("/ce") })
      #expect((row.weak?.start ?? row.recipe) == base.recipe, "\(row.name)")
    }
    #expect(Row.fashion32CAMThenReward.recipe.objective == .imageReward)
  }

  @Test func rowsAreFoundByName() throws {
    for row in Row.allWeak { #expect(try Row.named(row.name) == row) }
    #expect(Set(Row.all.map(\.name)).count == Row.all.count)
  }

  /// Rows recorded before there were weak ones read as they are.
  @Test func rowsWithoutAWeakRecipeDecode() throws {
    let text = try JSONEncoder().encode(Row.fashion32Image)
    #expect(!String(decoding: text, as: UTF8.self).contains("weak"))
    #expect(try JSONDecoder().decode(Row.self, from: text) == .fashion32Image)
    let weak = try JSONEncoder().encode(Row.fashion32CAMThenReward)
    #expect(try JSONDecoder().decode(Row.self, from: weak) == .fashion32CAMThenReward)
    #expect(!String(decoding: weak, as: UTF8.self).contains("oneStage"))
    let oneStage = try JSONEncoder().encode(Row.fashion32OneStage)
    #expect(try JSONDecoder().decode(Row.self, from: oneStage) == .fashion32OneStage)
  }
}
