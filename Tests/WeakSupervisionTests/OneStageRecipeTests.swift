import Foundation
import Support
import Testing

@testable import WeakSupervision

@Suite struct OneStageRecipeTests {
  @Test(arguments: [
    "focalPower", "focalFloor", "tagsAlone", "confidence", "backgroundConfidence", "leastConfidence", "maskWeight",
  ])
  func impossibleSettingsAreNamed(key: String) throws {
    var recipe = OneStageRecipe()
    try recipe.validate()
    switch key {
    case "focalPower": recipe.focalPower = 0.5
    case "focalFloor": recipe.focalFloor = 0
    case "tagsAlone": recipe.tagsAlone = 1.5
    case "confidence": recipe.confidence = -0.1
    case "backgroundConfidence": recipe.backgroundConfidence = .nan
    case "leastConfidence": recipe.leastConfidence = 2
    default: recipe.maskWeight = .infinity
    }
    #expect(inputError { try recipe.validate() }.subject == "setting \(key)")
  }

  @Test func theRefinementIsLookedAt() {
    var recipe = OneStageRecipe()
    recipe.refinement.dilations = []
    #expect(inputError { try recipe.validate() }.subject == "PAMR's dilations")
  }

  @Test func survivesJSON() throws {
    var recipe = OneStageRecipe()
    recipe.refinement.iterations = 4
    #expect(try JSONDecoder().decode(OneStageRecipe.self, from: JSONEncoder().encode(recipe)) == recipe)
  }
}
