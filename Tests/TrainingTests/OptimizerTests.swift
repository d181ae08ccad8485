import Foundation
import Randomness
import Tensors
import Testing

@testable import Training

@Suite struct OptimizerTests {
  /// AdamW (Loshchilov and Hutter 2019) and SGD with momentum as PyTorch writes them, in double precision.
  private struct Reference {
    let recipe: Recipe
    var values: [[Double]]
    let decays: [Bool]
    var first: [[Double]]
    var second: [[Double]]
    var steps = 0

    init(_ recipe: Recipe, _ values: [[Float]], decays: [Bool]) {
      self.recipe = recipe
      self.values = values.map { $0.map(Double.init) }
      self.decays = decays
      first = self.values.map { $0.map { _ in 0 } }
      second = first
    }

    mutating func step(_ gradients: [[Float]], learningRate: Double) -> Double {
      steps += 1
      let norm = gradients.joined().reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      let clip = Double(recipe.clip)
      let scale = clip > 0 ? min(1, clip / (norm + 1e-6)) : 1
      for (p, gradient) in gradients.enumerated() {
        let decay = decays[p] ? Double(recipe.weightDecay) : 0
        for i in gradient.indices {
          let g = Double(gradient[i]) * scale
          switch recipe.optimizer {
          case .sgd:
            first[p][i] = Double(recipe.momentum) * first[p][i] + g + decay * values[p][i]
            values[p][i] -= learningRate * first[p][i]
          case .adamW:
            values[p][i] *= 1 - learningRate * decay
            first[p][i] = 0.9 * first[p][i] + 0.1 * g
            second[p][i] = 0.95 * second[p][i] + 0.05 * g * g
            let mean = first[p][i] / (1 - pow(0.9, Double(steps)))
            let square = second[p][i] / (1 - pow(0.95, Double(steps)))
            values[p][i] -= learningRate * mean / (square.squareRoot() + 1e-8)
          }
        }
      }
      return norm
    }
  }

  private static let shapes = [[3, 4], [5], [2, 3, 1, 1]]
  private static let decays = [true, false, true]

  private func random(_ count: Int, _ step: Int, _ index: Int, scale: Float = 1) -> [Float] {
    var stream = RandomStream(
      seed: 9, purpose: .initialization, step: UInt32(step), index: UInt32(index)
    )
    return (0..<count).map { _ in scale * stream.normal() }
  }

  private func parameters() -> [Parameter] {
    zip(Self.shapes, Self.decays).enumerated().map { i, pair in
      let (shape, decays) = pair
      return Parameter(name: "p\(i)", value: Tensor(random(shape.reduce(1, *), 0, i), shape: shape), decays: decays)
    }
  }

  private func give(_ gradient: [Float], to parameter: Parameter) {
    let tape = Tape()
    tape.backward(from: tape.variable(parameter), gradient: Tensor(gradient, shape: parameter.value.shape))
  }

  private func recipe(_ kind: Recipe.OptimizerKind, clip: Float, decay: Float = 0.3) -> Recipe {
    var recipe = tinyRecipe(.crossEntropy)
    (recipe.optimizer, recipe.clip, recipe.weightDecay, recipe.momentum) = (kind, clip, decay, 0.8)
    return recipe
  }

  /// Eight steps whose gradients are on both sides of the clipping norm, at a changing rate.
  @Test(arguments: [Recipe.OptimizerKind.adamW, .sgd], [Float(0), 1, 1e6])
  func followsTheReference(kind: Recipe.OptimizerKind, clip: Float) {
    let recipe = recipe(kind, clip: clip)
    let parameters = parameters()
    let optimizer = Optimizer(recipe, parameters: parameters)
    var reference = Reference(recipe, parameters.map(\.value.scalars), decays: Self.decays)
    for step in 1...8 {
      let scale: Float = step % 2 == 0 ? 0.05 : 2
      let gradients = parameters.enumerated().map { i, p in random(p.value.count, step, i, scale: scale) }
      for (parameter, gradient) in zip(parameters, gradients) { give(gradient, to: parameter) }
      let rate = Float(0.02) / Float(step)
      let norm = optimizer.step(learningRate: rate)
      let expected = reference.step(gradients, learningRate: Double(rate))
      #expect(abs(norm - expected) <= 1e-6 * expected)
      for (parameter, values) in zip(parameters, reference.values) {
        for (mine, theirs) in zip(parameter.value.scalars, values) {
          #expect(abs(Double(mine) - theirs) <= 1e-5 * max(1, abs(theirs)), "\(parameter.name), step \(step)")
        }
        #expect(parameter.gradient == nil)
      }
    }
    #expect(optimizer.steps == 8)
  }

  /// A gradient of zero leaves nothing but the decay, and that only where a parameter decays.
  @Test(arguments: [Recipe.OptimizerKind.adamW, .sgd])
  func decayIsOfParametersThatDecay(kind: Recipe.OptimizerKind) {
    let parameters = parameters()
    let before = parameters.map(\.value.scalars)
    let optimizer = Optimizer(recipe(kind, clip: 1, decay: 0.5), parameters: parameters)
    for parameter in parameters { give(parameter.value.scalars.map { _ in 0 }, to: parameter) }
    #expect(optimizer.step(learningRate: 0.1) == 0)
    for ((parameter, old), decays) in zip(zip(parameters, before), Self.decays) {
      for (value, old) in zip(parameter.value.scalars, old) {
        #expect(abs(value - (decays ? 0.95 * old : old)) <= 1e-6 * abs(old))
      }
    }
  }

  /// The clipped gradient has the global norm asked for: of SGD's first step without decay, the change is it.
  @Test func clippingIsByTheGlobalNorm() {
    let parameters = parameters()
    let before = parameters.map(\.value.scalars)
    let optimizer = Optimizer(recipe(.sgd, clip: 0.25, decay: 0), parameters: parameters)
    for (i, parameter) in parameters.enumerated() { give(random(parameter.value.count, 1, i, scale: 5), to: parameter) }
    let norm = optimizer.gradientNorm
    #expect(optimizer.step(learningRate: 1) == norm)
    let change = zip(parameters, before).flatMap { zip($0.value.scalars, $1).map { Double($0 - $1) } }
    #expect(abs(change.reduce(0) { $0 + $1 * $1 }.squareRoot() - 0.25) < 1e-5)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity], [Recipe.OptimizerKind.adamW, .sgd])
  func aNormThatIsNotFiniteChangesNothing(bad: Float, kind: Recipe.OptimizerKind) {
    let parameters = parameters()
    let optimizer = Optimizer(recipe(kind, clip: 1), parameters: parameters)
    let twins = self.parameters()
    let twin = Optimizer(recipe(kind, clip: 1), parameters: twins)
    let before = parameters.map(\.value)
    for (i, parameter) in parameters.enumerated() {
      var gradient = random(parameter.value.count, 1, i)
      if i == 1 { gradient[2] = bad }
      give(gradient, to: parameter)
    }
    #expect(!optimizer.step(learningRate: 0.1).isFinite)
    #expect(parameters.map(\.value) == before && optimizer.steps == 0)
    #expect(parameters.allSatisfy { $0.gradient == nil })
    // Nor are the moments: the next step is as if the bad one had never been.
    for (i, pair) in zip(parameters, twins).enumerated() {
      give(random(pair.0.value.count, 2, i), to: pair.0)
      give(random(pair.0.value.count, 2, i), to: pair.1)
    }
    #expect(optimizer.step(learningRate: 0.1) == twin.step(learningRate: 0.1))
    #expect(parameters.map(\.value) == twins.map(\.value))
  }

  /// Nothing flowed into it: it keeps its value, without decay.
  @Test func aParameterWithoutGradientIsLeftAlone() {
    let parameters = parameters()
    let optimizer = Optimizer(recipe(.adamW, clip: 1), parameters: parameters)
    let before = parameters[0].value
    give(random(parameters[1].value.count, 1, 1), to: parameters[1])
    #expect(optimizer.step(learningRate: 0.1) > 0)
    #expect(parameters[0].value == before)
  }

  @Test func noParameters() {
    #expect(Optimizer(recipe(.sgd, clip: 1), parameters: []).step(learningRate: 1) == 0)
  }

  /// Resumed after any step, the rest goes on to the same bits, moments included.
  @Test(arguments: [Recipe.OptimizerKind.adamW, .sgd])
  func restoredItGoesOnAlike(kind: Recipe.OptimizerKind) throws {
    func give(_ step: Int, _ parameters: [Parameter]) {
      for (i, parameter) in parameters.enumerated() {
        self.give(random(parameter.value.count, step, 100 + i), to: parameter)
      }
    }
    let parameters = parameters()
    let optimizer = Optimizer(recipe(kind, clip: 1), parameters: parameters)
    for step in 1...6 {
      // The copy comes from this state, after `step - 1` steps.
      let twins = zip(parameters, Self.decays).map { Parameter(name: $0.name, value: $0.value, decays: $1) }
      let twin = Optimizer(recipe(kind, clip: 1), parameters: twins)
      try twin.restore(optimizer.state, steps: optimizer.steps, from: "file")
      for optimizer in [optimizer, twin] {
        give(step, optimizer === twin ? twins : parameters)
        _ = optimizer.step(learningRate: 0.1)
      }
      #expect(twins.map(\.value) == parameters.map(\.value) && twin.state == optimizer.state)
      #expect(twin.steps == step && optimizer.steps == step)
    }
    #expect(optimizer.state.count == (kind == .adamW ? 6 : 3))
  }

  @Test func aStateThatDoesNotFit() throws {
    let optimizer = Optimizer(recipe(.adamW, clip: 1), parameters: parameters())
    let before = optimizer.state
    for name in before.keys {
      var state = before.mapValues { Tensor(filledWith: 1, shape: $0.shape) }
      state[name] = nil
      let missing = inputError { try optimizer.restore(state, steps: 3, from: "file") }
      #expect(missing.subject == "file" && missing.found == "no tensor \(name)")
      state[name] = Tensor(zeros: [7])
      #expect(
        inputError { try optimizer.restore(state, steps: 3, from: "file") }.found == "\(name) of shape [7]")
      #expect(optimizer.state == before && optimizer.steps == 0)
    }
    // SGD has no second moments: its state isn't Adam's.
    let sgd = Optimizer(recipe(.sgd, clip: 1), parameters: parameters())
    #expect(inputError { try optimizer.restore(sgd.state, steps: 3, from: "file") }.found.contains("optimizer.second"))
  }
}
