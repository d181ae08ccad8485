import Datasets
import Images
import Networks
import Rewards
import Support
import Tensors
import Testing

@testable import Training

@Suite struct StepMemoryTests {
  private func need(_ change: (inout Recipe) -> Void) -> MemoryNeed {
    var recipe = Recipe(objective: .imageReward, maps: 64, networkWidth: 16, steps: 10, imageHeight: 32, imageWidth: 32)
    change(&recipe)
    return recipe.stepMemory(Architecture(channels: 1, width: 16, classes: 11))
  }

  /// These settings ended a process of 8 GB in its first step.
  @Test func aRewardForEachPixelOfAThousandMapsIsTooMuch() {
    let large = need { ($0.regions, $0.maps, $0.batchSize) = (.full, 1024, 256) }
    let error = #expect(throws: InputError.self) {
      try large.require(of: "a training step", available: 8 << 30, advice: "")
    }
    #expect(error?.found.contains("the rewards of 1024 regions of 256 images") == true)
  }

  @Test func rowsOfTheTablesAreSmall() throws {
    for change: (inout Recipe) -> Void in [
      { _ in }, { $0.maps = 256 }, { $0.advantage = .regression }, { ($0.regions, $0.maps) = (.full, 64) },
      { $0.objective = .crossEntropy }, { ($0.objective, $0.maps) = (.pixelReward, 1) },
    ] {
      #expect(need(change).bytes < 1 << 30)
    }
  }

  /// What the pool holds after a step is what was said, to within a factor of two.
  @Test(arguments: [Recipe.Objective.crossEntropy, .pixelReward, .imageReward])
  func aStepTakesWhatWasSaid(objective: Recipe.Objective) throws {
    let dataset = rectangles("train", count: 8, seed: 1, width: 64, height: 64)
    var recipe = Recipe(
      objective: objective, maps: objective == .imageReward ? 64 : 1, networkWidth: 8, steps: 2, imageHeight: 64,
      imageWidth: 64)
    recipe.batchSize = 8
    let batches = recipe.batches(of: dataset, normalization: .identity(channels: 1), seed: 1)
    let loop = TrainingLoop(
      recipe, network: recipe.architecture(for: dataset).network(seed: 1),
      learner: recipe.learner(seed: 1) { try batches.labels(at: $0) }, batches: batches)
    BufferPool.shared.drain()
    let before = BufferPool.shared.statistics.bytes
    _ = try loop.run { _ in }
    let taken = Double(BufferPool.shared.statistics.bytes - before)
    let said = Double(recipe.stepMemory(recipe.architecture(for: dataset)).bytes)
    #expect((0.5...2).contains(taken / said), "\(taken) bytes, said were \(said)")
  }

  @Test func anEvaluationTakesWhatWasSaid() throws {
    let dataset = rectangles("val", count: 2, seed: 1, width: 256, height: 256)
    let architecture = Architecture(channels: 1, width: 8, classes: 2)
    let evaluator = try Evaluator(dataset, normalization: .identity(channels: 1), multiple: 8)
    BufferPool.shared.drain()
    let before = BufferPool.shared.statistics.bytes
    _ = try evaluator.evaluate(architecture.network(seed: 1))
    let taken = Double(BufferPool.shared.statistics.bytes - before)
    let said = Double(architecture.memory(pixels: 2 * 256 * 256).bytes)
    #expect((0.5...2.5).contains(taken / said), "\(taken) bytes, said were \(said)")
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let photograph = Architecture(channels: 3, width: 1024, classes: 255).memory(pixels: 1 << 26)
    #expect(throws: InputError.self) { try photograph.require(of: "an image", available: 64 << 30, advice: "") }
  }

  /// The benchmark's four kinds of step: after the first ones, tensors and maps take all memory from the pool. Other tests
  /// may take from it at the same time, so it is enough that some steps in a row leave the count as it is.
  @Test(
    arguments: [
      { _ in }, { $0.objective = .imageReward },
      { ($0.objective, $0.scales) = (.imageReward, GridSchedule(always: 4)) },
      { ($0.objective, $0.advantage) = (.imageReward, .regression) },
    ] as [@Sendable (inout Recipe) -> Void])
  func aStepAllocatesNothing(change: @Sendable (inout Recipe) -> Void) throws {
    var recipe = tinyRecipe(.crossEntropy, steps: 200)
    recipe.maps = 8
    recipe.evaluations = 1
    change(&recipe)
    let dataset = rectangles("train", count: 8, seed: 1)
    let batches = recipe.batches(of: dataset, normalization: .identity(channels: 1), seed: 1)
    let loop = TrainingLoop(
      recipe, network: recipe.architecture(for: dataset).network(seed: 1),
      learner: recipe.learner(seed: 1) { try batches.labels(at: $0) }, batches: batches)
    var (count, quiet, longest) = (0, 0, 0)
    _ = try loop.run { _ in
      let now = BufferPool.shared.statistics.allocations
      quiet = now == count ? quiet + 1 : 0
      (count, longest) = (now, max(longest, quiet))
    }
    #expect(longest >= 5)
  }
}
