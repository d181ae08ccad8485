import TestSupport
import Testing

@testable import Rows
@testable import WeakSupervision

@Suite struct OneStageSettingsTests {
  @Test func setsFieldsOfBothRecipes() throws {
    let row = try Row.fashion32OneStage.applying([
      "focalPower=2", "focalFloor=0.5", "tagsAlone=0.125", "confidence=0.25", "backgroundConfidence=0.75",
      "leastConfidence=0", "maskWeight=3", "dilations=1,3", "iterations=4", "steps=7",
    ])
    let recipe = try #require(row.oneStage)
    #expect(recipe.focalPower == 2 && recipe.focalFloor == 0.5 && recipe.tagsAlone == 0.125)
    #expect(recipe.confidence == 0.25 && recipe.backgroundConfidence == 0.75 && recipe.leastConfidence == 0)
    #expect(recipe.maskWeight == 3 && recipe.refinement == PAMR(dilations: [1, 3], iterations: 4))
    #expect(row.recipe.steps == 7)
  }

  @Test(arguments: OneStageRecipe.settings.map(\.key)) func badValuesAreNamed(key: String) {
    let error = inputError { try Row.fashion32OneStage.applying(["\(key)=x,y"]) }
    #expect(error.subject == "--set \(key)=x,y" && error.found == "the value x,y")
  }

  @Test func impossibleValuesAreNamed() {
    #expect(inputError { try Row.fashion32OneStage.applying(["focalFloor=0"]) }.subject == "setting focalFloor")
    #expect(inputError { try Row.fashion32OneStage.applying(["dilations=0"]) }.subject == "PAMR's dilations")
  }

  /// Other rows don't have these settings, nor has this one those of pseudo labels.
  @Test func otherRowsRefuseThem() {
    #expect(inputError { try Row.fashion32CAM.applying(["maskWeight=2"]) }.found == "an unknown key maskWeight")
    #expect(inputError { try Row.fashion32OneStage.applying(["seeds=cam"]) }.found == "an unknown key seeds")
  }
}
