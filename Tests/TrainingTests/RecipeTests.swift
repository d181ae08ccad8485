import Foundation
import Testing
import Training

@Suite struct RecipeTests {
  @Test func survivesJSON() throws {
    var recipe = tinyRecipe(.imageReward)
    recipe.learningRate = 1.0 / 3  // not a short decimal: every bit must come back
    recipe.warmup = 0.1
    (recipe.optimizer, recipe.schedule, recipe.advantage) = (.sgd, .poly, .naive)
    (recipe.score, recipe.augmentation, recipe.evaluateOn) = (.pixelAccuracy, .standard, .tuning)
    let data = try JSONEncoder().encode(recipe)
    #expect(try JSONDecoder().decode(Recipe.self, from: data) == recipe)
  }

  @Test func anUnknownChoiceIsNotARecipe() throws {
    let text = String(decoding: try JSONEncoder().encode(tinyRecipe(.crossEntropy)), as: UTF8.self)
    let wrong = text.replacingOccurrences(of: "\"crossEntropy\"", with: "\"crossEntropie\"")
    #expect(wrong != text)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Recipe.self, from: Data(wrong.utf8)) }
  }
}
