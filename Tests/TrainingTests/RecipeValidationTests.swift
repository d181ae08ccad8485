import Rewards
import Testing
import Training

@Suite struct RecipeValidationTests {
  private static let wrong: [(key: String, change: @Sendable (inout Recipe) -> Void)] = [
    ("steps", { $0.steps = 0 }),
    ("steps", { $0.steps = -3 }),
    ("steps", { $0.steps = .max }),
    ("batchSize", { $0.batchSize = 0 }),
    ("batchSize", { $0.batchSize = 4097 }),
    ("networkWidth", { $0.networkWidth = 0 }),
    ("networkWidth", { $0.networkWidth = 1025 }),
    ("imageHeight", { $0.imageHeight = 0 }),
    ("imageHeight", { $0.imageHeight = 20 }),
    ("imageWidth", { $0.imageWidth = -8 }),
    ("imageWidth", { $0.imageWidth = 8200 }),
    ("batchSize", { ($0.batchSize, $0.imageHeight, $0.imageWidth) = (4096, 8192, 8192) }),
    ("maps", { $0.maps = 0 }),
    ("maps", { $0.maps = 1025 }),
    ("maps", { ($0.objective, $0.advantage, $0.maps) = (.imageReward, .psd, 1) }),
    ("learningRate", { $0.learningRate = 0 }),
    ("learningRate", { $0.learningRate = -1 }),
    ("learningRate", { $0.learningRate = .nan }),
    ("learningRate", { $0.learningRate = .infinity }),
    ("warmup", { $0.warmup = -0.1 }),
    ("warmup", { $0.warmup = 1.1 }),
    ("warmup", { $0.warmup = .nan }),
    ("weightDecay", { $0.weightDecay = -1 }),
    ("weightDecay", { $0.weightDecay = .nan }),
    ("momentum", { $0.momentum = 1 }),
    ("momentum", { $0.momentum = -0.5 }),
    ("momentum", { $0.momentum = .nan }),
    ("clip", { $0.clip = -1 }),
    ("clip", { $0.clip = .infinity }),
    ("evaluations", { $0.evaluations = 0 }),
    ("score", { $0.score = .dice }),
    ("advantage", { $0.advantage = .naive }),
    ("syncAN", { $0.syncAN = .off }),
    ("pairDivision", { $0.pairDivision = .differingUnits }),
    (
      "pairDivision",
      { ($0.objective, $0.maps, $0.advantage, $0.pairDivision) = (.imageReward, 2, .naive, .differingUnits) }
    ),
    ("scales", { $0.scales = GridSchedule(always: 4) }),
    ("regions", { $0.regions = GridSchedule(always: 4) }),
    ("regions", { ($0.objective, $0.regions) = (.pixelReward, GridSchedule(always: 4)) }),
    ("score", { ($0.objective, $0.score) = (.pixelReward, .pixelAccuracy) }),
    ("propensityFloor", { $0.propensityFloor = 0.05 }),
    ("exploration", { $0.exploration = 0.1 }),
    ("entropyBonus", { $0.entropyBonus = 0.1 }),
  ]

  @Test func theErrorNamesTheSetting() {
    for (key, change) in Self.wrong {
      var recipe = tinyRecipe(.crossEntropy)
      change(&recipe)
      let error = inputError { try recipe.validate() }
      #expect(error.subject == "setting \(key)")
      #expect(!error.found.isEmpty && !error.expected.isEmpty && error.advice.contains("--set \(key)="))
    }
  }

  @Test func extremesThatAreAllowed() throws {
    var recipe = tinyRecipe(.imageReward, steps: 1)
    (recipe.imageHeight, recipe.imageWidth, recipe.batchSize, recipe.networkWidth) = (8, 8192, 1, 1)
    (recipe.warmup, recipe.weightDecay, recipe.momentum, recipe.clip) = (1, 0, 0, 0)
    (recipe.advantage, recipe.maps, recipe.evaluations) = (.naive, 1, 1000)
    try recipe.validate()
    (recipe.advantage, recipe.maps, recipe.warmup) = (.psd, 1024, 0)
    try recipe.validate()
    (recipe.objective, recipe.syncAN, recipe.exploration, recipe.entropyBonus) = (.pixelReward, .off, 0.5, 1)
    try recipe.validate()
  }
}
