import Foundation
import Support
import Testing

@testable import WeakSupervision

@Suite struct AffinityRecipeTests {
  @Test func trainingTakesOverItsSettings() throws {
    let training = try AffinityRecipe(networkWidth: 3, steps: 7, batchSize: 2, learningRate: 0.5)
      .training(height: 16, width: 24)
    #expect(training.networkWidth == 3 && training.steps == 7 && training.batchSize == 2)
    #expect(training.learningRate == 0.5 && training.imageHeight == 16 && training.imageWidth == 24)
  }

  @Test(arguments: [
    AffinityRecipe(networkWidth: 0), AffinityRecipe(features: 0), AffinityRecipe(features: 256),
    AffinityRecipe(stride: 3), AffinityRecipe(radius: 1), AffinityRecipe(steps: 0), AffinityRecipe(batchSize: 0),
    AffinityRecipe(learningRate: .nan),
  ])
  func impossibleSettings(recipe: AffinityRecipe) {
    #expect(throws: InputError.self) { try recipe.training(height: 8, width: 8) }
  }

  @Test func survivesJSON() throws {
    let recipe = AffinityRecipe(features: 5, background: 10, walk: RandomWalk(beta: 4, logSteps: 6))
    #expect(try JSONDecoder().decode(AffinityRecipe.self, from: JSONEncoder().encode(recipe)) == recipe)
  }
}
