import Testing
import Training

@testable import WeakSupervision

@Suite struct WeakRecipeTests {
  @Test func theClassifierTakesTheRunsRecipe() {
    let (recipe, weak) = patternRecipe(steps: 7)
    var changed = weak
    (changed.classifierWidth, changed.classifierLearningRate) = (9, 0.5)
    let classifier = changed.classifierRecipe(within: recipe)
    #expect((classifier.networkWidth, classifier.steps, classifier.learningRate) == (9, 7, 0.5))
    #expect((classifier.batchSize, classifier.weightDecay) == (recipe.batchSize, recipe.weightDecay))
  }

  /// What a classifier doesn't look at changes nothing about it.
  @Test func theClassifierIgnoresTheObjective() {
    let (recipe, weak) = patternRecipe(steps: 7)
    var other = recipe
    (other.objective, other.maps, other.networkWidth, other.steps) = (.imageReward, 16, 9, 3)
    (other.evaluations, other.evaluateOn, other.learningRate) = (2, .tuning, 1)
    #expect(weak.classifierRecipe(within: other) == weak.classifierRecipe(within: recipe))
    other.clip = 0.5
    #expect(weak.classifierRecipe(within: other) != weak.classifierRecipe(within: recipe))
  }

  @Test(arguments: [
    "classifierWidth", "classifierSteps", "classifierLearningRate", "classifierOutputStride", "scales", "threshold",
  ])
  func impossibleSettingsAreNamed(key: String) throws {
    var weak = patternRecipe().weak
    try weak.validate()
    switch key {
    case "classifierWidth": weak.classifierWidth = 0
    case "classifierSteps": weak.classifierSteps = 0
    case "classifierLearningRate": weak.classifierLearningRate = .nan
    case "classifierOutputStride": weak.outputStride = 3
    case "scales": weak.scales = [1, 0]
    default: weak.threshold = 2
    }
    #expect(inputError { try weak.validate() }.subject == "setting \(key)")
  }

  @Test func noScaleIsNone() {
    var weak = patternRecipe().weak
    weak.scales = []
    #expect(inputError { try weak.validate() }.subject == "setting scales")
  }
}
