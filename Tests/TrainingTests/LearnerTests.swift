import Datasets
import Images
import Randomness
import Tensors
import Testing
import Training

@testable import Rewards

@Suite struct LearnerTests {
  private let logits: Tensor = {
    var random = RandomStream(seed: 4, purpose: .initialization)
    return Tensor((0..<2 * 3 * 4 * 5).map { _ in random.normal() }, shape: [2, 3, 4, 5])
  }()
  private let labels: [UInt8] = (0..<24).map { $0 % 7 == 6 ? 255 : UInt8($0 % 5) }
  private var valid: Int { labels.count { $0 != 255 } }

  private func outcome(_ objective: Recipe.Objective, maps: Int = 3, labels: [UInt8]? = nil) throws -> StepOutcome {
    var recipe = tinyRecipe(objective)
    recipe.maps = maps
    return try outcome(recipe, labels: labels, step: 2)
  }

  private func outcome(_ recipe: Recipe, labels: [UInt8]? = nil, step: Int) throws -> StepOutcome {
    let labels = labels ?? self.labels
    var batch = Batch(count: 2, height: 3, width: 4, channels: 1)
    batch.void = VoidMask(of: labels)
    let learner = recipe.learner(seed: 5) { asked in
      #expect(asked == step)
      return labels
    }
    return try learner.outcome(at: logits, of: batch, step: step)
  }

  @Test func crossEntropyHasALossAndAsksForNoReward() throws {
    let outcome = try self.outcome(.crossEntropy)
    let direct = crossEntropy(logits: logits, labels: labels)
    #expect(outcome.loss == direct.loss && outcome.gradient == direct.gradient)
    #expect(outcome.loss != nil && outcome.reward == nil && outcome.queries == 0)
  }

  @Test func pixelRewardAsksForEachLabelledPixelAndMap() throws {
    let outcome = try self.outcome(.pixelReward)
    let sampled = ActionMaps(sampling: 3, from: logits, void: VoidMask(of: labels), seed: 5, step: 2)
    var right = 0
    for n in 0..<2 {
      for m in 0..<3 {
        right += zip(sampled.map(m, ofImage: n), labels[n * 12..<n * 12 + 12]).count { $0 == $1 }
      }
    }
    #expect(outcome.queries == 3 * valid && outcome.loss == nil)
    #expect(abs(try #require(outcome.reward) - Double(right) / Double(3 * valid)) < 1e-12)
    #expect(outcome.gradient == pixelPolicyGradient(sampled, labels: labels).gradient)
  }

  @Test func imageRewardAsksForEachMap() throws {
    let outcome = try self.outcome(.imageReward, maps: 4)
    let sampled = ActionMaps(sampling: 4, from: logits, void: VoidMask(of: labels), seed: 5, step: 2)
    let rewards = sampled.rewards(.meanIoU, labels: labels)
    #expect(outcome.queries == 8 && outcome.loss == nil && outcome.reward == rewards.mean)
    let direct = imagePolicyGradient(sampled, rewards: rewards, estimator: .init(.psd))
    #expect(outcome.gradient == direct.gradient)
  }

  /// PSR that has come to full resolution is no PSR, bit for bit, and so is a grid as fine as the pixels.
  @Test(arguments: ["full", "3", "100", "1:0.1,full"]) func fullResolutionIsNoPSR(scales: String) throws {
    var recipe = tinyRecipe(.imageReward)
    recipe.maps = 4
    let plain = try outcome(recipe, step: recipe.steps - 1)
    recipe.scales = try #require(GridSchedule(scales))
    let found = try outcome(recipe, step: recipe.steps - 1)
    #expect(found.gradient == plain.gradient && found.reward == plain.reward && found.queries == plain.queries)
  }

  @Test func everySettingReachesTheGradient() throws {
    var recipe = tinyRecipe(.imageReward)
    recipe.maps = 4
    let plain = try outcome(recipe, step: 0)
    let changes: [(String, (inout Recipe) -> Void)] = [
      ("advantage", { $0.advantage = .regression }), ("syncAN", { $0.syncAN = .image }),
      ("pairDivision", { $0.pairDivision = .differingUnits }), ("scales", { $0.scales = GridSchedule(always: 1) }),
      ("regions", { $0.regions = GridSchedule(always: 2) }), ("exploration", { $0.exploration = 0.2 }),
      ("entropyBonus", { $0.entropyBonus = 0.1 }), ("score", { $0.score = .dice }),
    ]
    for (name, change) in changes {
      var changed = recipe
      change(&changed)
      let found = try outcome(changed, step: 0)
      #expect(found.gradient != plain.gradient, "\(name)")
      #expect(found.gradient.shape == plain.gradient.shape, "\(name)")
    }
    var patches = recipe
    patches.regions = GridSchedule(always: 3)
    #expect(try outcome(patches, step: 0).queries == 4 * 2 * 12)
  }

  /// Nothing is known, so nothing is learned and nothing reported.
  @Test(arguments: Recipe.Objective.allCases)
  func allVoid(objective: Recipe.Objective) throws {
    let outcome = try self.outcome(objective, labels: [UInt8](repeating: 255, count: 24))
    #expect(outcome.loss == nil && outcome.reward == nil)
    #expect(outcome.gradient.scalars.allSatisfy { $0 == 0 })
  }

  @Test(arguments: Recipe.Objective.allCases)
  func theGradientHasTheLogitsShapeAndNothingAtVoid(objective: Recipe.Objective) throws {
    let gradient = try outcome(objective).gradient
    #expect(gradient.shape == logits.shape)
    let scalars = gradient.scalars
    for (p, label) in labels.enumerated() {
      let pixel = scalars[p * 5..<p * 5 + 5]
      #expect(abs(pixel.reduce(0, +)) < 1e-6)
      if label == 255 { #expect(pixel.allSatisfy { $0 == 0 }) }
    }
  }
}
