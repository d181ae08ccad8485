import Datasets
import Foundation
import Images
import Networks
import Rewards
import Support
import Synchronization
import Tensors
import Testing

@testable import Training

@Suite struct RewardEnvironmentTests {
  /// The network after a run, and the rewards of its steps.
  private func run(
    _ recipe: Recipe, on data: DatasetSplits = rectangleSplits(), _ environment: (any RewardEnvironment)?
  ) throws -> (state: [String: Tensor], rewards: [Double?]) {
    let trainer = try Trainer(recipe, on: data, seed: 3, environment: environment)
    var means: [Double?] = []
    _ = try trainer.run { event in
      if case .step(let step) = event { means.append(step.outcome.reward) }
    }
    return (trainer.network.state, means)
  }

  /// Accuracy against a truth that is looked up by the image's pixels.
  private func accuracy(_ dataset: any LabelledDataset) throws -> FunctionEnvironment.Reward {
    let samples = try (0..<dataset.count).map(dataset.sample)
    let truths = Dictionary(uniqueKeysWithValues: samples.map { ($0.image.values, $0.labels.classes) })
    return { image, mask in
      guard let truth = truths[image.values] else {
        throw InputError("image", found: "other pixels", expected: "those of the data set", advice: "")
      }
      let counted = zip(mask.classes, truth).filter { $0.1 != 255 }
      return Double(counted.count { $0 == $1 }) / Double(counted.count)
    }
  }

  @Test(arguments: [false, true]) func aClosureThatHoldsTheTruthLearnsTheSameBits(voids: Bool) throws {
    var recipe = tinyRecipe(.imageReward, steps: 8)
    recipe.score = .pixelAccuracy
    let data = rectangleSplits(voids: voids)
    let builtIn = try run(recipe, on: data, nil)
    let closure = try run(recipe, on: data, FunctionEnvironment(try accuracy(data.trainingLabels(for: "a test"))))
    #expect(closure.rewards == builtIn.rewards)
    #expect(closure.state == builtIn.state)
  }

  @Test func anotherRewardLearnsAnotherNetwork() throws {
    let recipe = tinyRecipe(.imageReward, steps: 3)
    let bright = FunctionEnvironment { image, mask in
      let matches = zip(image.values, mask.classes).count { ($0 > 0.5) == ($1 == 1) }
      return Double(matches) / Double(mask.classes.count)
    }
    let found = try run(recipe, bright)
    #expect(found.state != (try run(recipe, nil)).state)
    #expect(found.rewards.compactMap { $0 }.allSatisfy { (0.3...0.7).contains($0) })
  }

  /// With augmentation, the closure gets the picture that the network sees.
  @Test func theClosureGetsTheAugmentedImage() throws {
    var recipe = tinyRecipe(.imageReward, steps: 1)
    recipe.augmentation = .standard
    let data = rectangleSplits()
    let loader = BatchLoader(
      dataset: data.train, batchSize: 8, height: 16, width: 16, normalization: .identity(channels: 1),
      augmentation: .standard, seed: 3)
    let expected = try loader.batch(at: 0).pixels
    let seen = Mutex<[Float]>([])
    _ = try run(
      recipe, on: data,
      FunctionEnvironment { image, _ in
        seen.withLock { seen in
          let last = seen.suffix(image.values.count)
          if !last.elementsEqual(image.values) { seen += image.values }
        }
        return 0
      })
    #expect(seen.withLock { $0 } == expected)
  }

  /// The step of an error changes nothing: the network is as the step before left it.
  @Test func anErrorLeavesTheNetworkOfTheStepBefore() throws {
    struct Stopped: Error {}
    let recipe = tinyRecipe(.imageReward, steps: 6)
    func stopped(after steps: Int, _ environment: any RewardEnvironment) throws -> (
      state: [String: Tensor], error: any Error
    ) {
      let trainer = try Trainer(recipe, on: rectangleSplits(), seed: 3, environment: environment)
      var last: any Error = Stopped()
      do {
        _ = try trainer.run { event in
          if case .step(let step) = event, step.step == steps { throw Stopped() }
        }
      } catch {
        last = error
      }
      return (trainer.network.state, last)
    }
    let score = try accuracy(rectangleSplits().trainingLabels(for: "a test"))
    let calls = Mutex(0)
    let failing = FunctionEnvironment { image, mask in
      let call = calls.withLock { calls in
        calls += 1
        return calls
      }
      return call > 3 * 8 * 16 + 20 ? .nan : try score(image, mask)
    }
    let (state, error) = try stopped(after: 6, failing)
    let found = try #require(error as? InputError)
    #expect(found.subject.hasPrefix("the reward at step 3, image sample-") && found.subject.hasSuffix(", mask 4"))
    #expect(state == (try stopped(after: 3, FunctionEnvironment(score))).state)
  }

  @Test func rewardsOfMapsNeedAnImageLevelRecipe() throws {
    for objective in [Recipe.Objective.crossEntropy, .pixelReward] {
      let error = inputError {
        try Trainer(
          tinyRecipe(objective), on: rectangleSplits(), seed: 1, environment: FunctionEnvironment { _, _ in 0 })
      }
      #expect(error.found == objective.rawValue && error.advice.contains("--reward-command"))
    }
  }

  private func withoutLabels(_ data: DatasetSplits, tuning: Bool = false) throws -> DatasetSplits {
    let images = try UnlabelledDataset(droppingLabelsOf: data.trainingLabels(for: "a test"))
    guard tuning else { return data.learning(fromImages: images) }
    return DatasetSplits(
      images: images,
      tuningImages: try UnlabelledDataset(droppingLabelsOf: data.tuningLabels(for: "a test")),
      validation: data.validation, backgroundClass: data.backgroundClass)
  }

  /// Without labels there is nothing for cross-entropy, pixel-level reward or the built-in score; never is all class 0.
  @Test(arguments: Recipe.Objective.allCases) func labelsThatAreNeededAreAskedFor(objective: Recipe.Objective) throws {
    let data = try withoutLabels(rectangleSplits())
    let error = inputError { try Trainer(tinyRecipe(objective), on: data, seed: 1) }
    #expect(error.subject == "rectangles/train" && error.found == "images without labels")
    _ = try Trainer(tinyRecipe(.imageReward), on: data, seed: 1, environment: FunctionEnvironment { _, _ in 0 })
  }

  /// Masks are 0 where a batch is padded, also with one action for each cell of a coarse grid.
  @Test func masksAreZeroInThePadding() throws {
    var recipe = tinyRecipe(.imageReward, steps: 2)
    (recipe.imageHeight, recipe.imageWidth, recipe.scales) = (24, 24, GridSchedule(always: 2))
    let painted = Mutex(false)
    _ = try run(
      recipe, on: try withoutLabels(rectangleSplits()),
      FunctionEnvironment { image, mask in
        for y in 0..<24 {
          for x in 0..<24 where !(4..<20).contains(x) || !(4..<20).contains(y) { #expect(mask[x, y] == 0) }
        }
        if mask.classes.contains(1) { painted.withLock { $0 = true } }
        return Double(mask.classes.count { $0 == 1 })
      })
    #expect(painted.withLock { $0 })
  }

  @Test func aProgramNeedsUnchangedImagesAndLabelsToMeasureBy() throws {
    let program = ProgramEnvironment(try RewardProgram(command: "cat"))
    var augmented = tinyRecipe(.imageReward)
    augmented.augmentation = .standard
    let changed = inputError {
      try Trainer(augmented, on: try withoutLabels(rectangleSplits()), seed: 1, environment: program)
    }
    #expect(changed.subject == "setting augmentation" && changed.advice.contains("--set augmentation=none"))
    var tuned = tinyRecipe(.imageReward)
    tuned.evaluateOn = .tuning
    let blind = inputError {
      try Trainer(tuned, on: try withoutLabels(rectangleSplits(), tuning: true), seed: 1, environment: program)
    }
    #expect(blind.subject == "setting evaluateOn")
  }

  /// A shell script that gives mask m of each image the reward m: what the built-in code does with the same numbers.
  @Test func aProgramsRewardsAreTheClosures() throws {
    var recipe = tinyRecipe(.imageReward, steps: 4)
    (recipe.maps, recipe.batchSize) = (3, 2)
    let answer = #"printf '{"step": %d, "rewards": [[0, 1, 2], [0, 1, 2]]}\n' $n"#
    let script = "read -r q; echo '{\"protocol\": 1}'; n=0; while read -r q; do \(answer); n=$((n+1)); done"
    let data = rectangleSplits()
    let program = try run(
      recipe, on: try withoutLabels(data), ProgramEnvironment(try RewardProgram(command: script)))
    let calls = Mutex(0)
    let closure = try run(
      recipe, on: data,
      FunctionEnvironment { _, _ in
        calls.withLock { calls in
          calls += 1
          return Double((calls - 1) % 3)
        }
      })
    #expect(program.rewards == [1, 1, 1, 1] && program.state == closure.state)
  }
}
