import Testing

@testable import Experiments
@testable import WeakSupervision

@Suite struct WeakSettingsTests {
  @Test func setsFieldsOfBothRecipes() throws {
    let row = try Row.fashion32CAM.applying([
      "seeds=gradcam++", "steps=7", "outputStride=4", "scales=0.5,1,2", "mirrored=false", "threshold=0.25",
      "classifierSteps=9", "classifierWidth=3", "classifierLearningRate=0.5", "refinement=none",
    ])
    let weak = try #require(row.weak)
    #expect(weak.seeds == .gradCAMPlusPlus && weak.outputStride == 4 && weak.scales == [0.5, 1, 2])
    #expect(!weak.mirrored && weak.threshold == 0.25 && weak.classifierSteps == 9 && weak.classifierWidth == 3)
    #expect(weak.classifierLearningRate == 0.5 && weak.refinement == .none && row.recipe.steps == 7)
    #expect(try row.applying(["threshold=tuned"]).weak?.threshold == nil)
  }

  @Test(arguments: WeakSetting.all.map(\.key)) func badValuesAreNamed(key: String) {
    let error = inputError { try Row.fashion32CAM.applying(["\(key)=x,y"]) }
    #expect(error.subject == "--set \(key)=x,y" && error.found == "the value x,y")
  }

  @Test func impossibleValuesAreNamed() {
    #expect(inputError { try Row.fashion32CAM.applying(["outputStride=3"]) }.subject == "setting outputStride")
  }

  /// Other rows don't have these settings.
  @Test func rowsWithoutTagsRefuseThem() {
    #expect(inputError { try Row.fashion32Image.applying(["outputStride=4"]) }.found == "an unknown key outputStride")
  }
}
