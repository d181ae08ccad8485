import Datasets
import Metrics
import Networks
import Tensors
import Testing

@testable import Training

@Suite struct TrainingStateTests {
  private struct Stop: Error {}

  private func recipe(_ objective: Recipe.Objective, _ optimizer: Recipe.OptimizerKind = .adamW) -> Recipe {
    var recipe = tinyRecipe(objective, steps: 7)
    (recipe.optimizer, recipe.augmentation) = (optimizer, .standard)
    return recipe
  }

  /// The state after each step of one run, and the last one with the result.
  private func states(_ recipe: Recipe) throws -> (between: [TrainingState], last: TrainingState, ConfusionMatrix) {
    let trainer = try Trainer(recipe, on: rectangleSplits(), seed: 3)
    var states: [TrainingState] = []
    let result = try trainer.run { if case .pause = $0 { states.append(trainer.state) } }
    return (states, trainer.state, result)
  }

  @Test(
    arguments: Recipe.Objective.allCases, [Recipe.OptimizerKind.adamW, .sgd])
  func resumedAfterAnyStepItEndsAlike(objective: Recipe.Objective, optimizer: Recipe.OptimizerKind) throws {
    let recipe = recipe(objective, optimizer)
    let (between, last, result) = try states(recipe)
    #expect(between.map(\.steps) == Array(1...6))
    for state in between {
      let trainer = try Trainer(recipe, on: rectangleSplits(), seed: 3)
      try trainer.restore(state, from: "file")
      var steps: [Int] = []
      let again = try trainer.run { if case .step(let step) = $0 { steps.append(step.step) } }
      #expect(steps == Array(state.steps + 1...7))
      // Weights, running statistics and moments, bit for bit.
      #expect(trainer.state.tensors == last.tensors && trainer.state.steps == 7 && again == result)
      #expect(state.tensors != last.tensors)
    }
  }

  /// What was taken before a step isn't changed by it, though nothing was copied.
  @Test func aStateIsAValue() throws {
    let trainer = try Trainer(recipe(.imageReward), on: rectangleSplits(), seed: 3)
    let first = trainer.state
    let copy = first.tensors.mapValues { Tensor($0.scalars, shape: $0.shape) }
    _ = try trainer.run { _ in }
    #expect(first.tensors == copy && trainer.state.tensors != copy)
  }

  @Test func everythingIsInIt() throws {
    let trainer = try Trainer(recipe(.crossEntropy), on: rectangleSplits(), seed: 3)
    let parameters = trainer.network.parameters.count
    let statistics = trainer.network.statistics.count
    #expect(trainer.state.tensors.count == 3 * parameters + 2 * statistics)
  }

  @Test func aStoppedRunGoesOn() throws {
    let (_, last, result) = try states(recipe(.pixelReward))
    let trainer = try Trainer(recipe(.pixelReward), on: rectangleSplits(), seed: 3)
    #expect(throws: Stop.self) { _ = try trainer.run { if case .pause(step: 4) = $0 { throw Stop() } } }
    #expect(try trainer.run { _ in } == result)
    #expect(trainer.state.tensors == last.tensors)
  }

  @Test func statesThatDoNotFit() throws {
    let state = try #require(try states(recipe(.crossEntropy)).between.first)
    func refuse(_ change: (inout TrainingState) -> Void) throws -> String {
      let trainer = try Trainer(recipe(.crossEntropy), on: rectangleSplits(), seed: 3)
      var changed = state
      change(&changed)
      let error = inputError { try trainer.restore(changed, from: "file") }
      #expect(error.subject == "file")
      return error.found
    }
    #expect(try refuse { $0.steps = 0 }.contains("0 steps"))
    #expect(try refuse { $0.steps = 7 }.contains("7 steps"))
    #expect(try refuse { $0.steps = -1 }.contains("-1 steps"))
    for name in ["head.bias", "encoder.2.normalization.running_var", "optimizer.second.head.weight"] {
      #expect(try refuse { $0.tensors[name] = nil } == "no tensor \(name)")
      #expect(try refuse { $0.tensors[name] = Tensor(zeros: [1, 1]) } == "\(name) of shape [1, 1]")
    }
  }
}
