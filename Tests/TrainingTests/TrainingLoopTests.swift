import Datasets
import Images
import Networks
import Support
import Tensors
import Testing

@testable import Training

@Suite struct TrainingLoopTests {
  private struct Failure: Error {}

  /// Learns to give every pixel the logit 1; fails where it is told to, after the forward pass.
  private struct Constant: Learner {
    var failing: Int?
    var gradient: Float?

    func outcome(at logits: Tensor, of batch: Batch, step: Int) throws -> StepOutcome {
      if step == failing { throw Failure() }
      let differences = logits.scalars.map { $0 - 1 }
      let loss = differences.reduce(0.0) { $0 + Double($1 * $1) } / Double(differences.count)
      return StepOutcome(
        loss: loss,
        gradient: Tensor(
          differences.map { gradient ?? 2 * $0 / Float(differences.count) }, shape: logits.shape))
    }
  }

  private func loop(_ learner: Constant, steps: Int = 30, network: (any Network)? = nil) throws -> TrainingLoop {
    let recipe = tinyRecipe(.crossEntropy, steps: steps)
    let data = rectangleSplits()
    let images = recipe.batches(of: data.train, normalization: try Normalization(measuring: data.train), seed: 1)
    return TrainingLoop(
      recipe, network: network ?? recipe.architecture(for: data.train).network(seed: 1), learner: learner,
      batches: images, name: "a test", advice: "None.")
  }

  private func losses(_ loop: TrainingLoop) throws -> [Double] {
    var losses: [Double] = []
    _ = try loop.run { if case .step(let step) = $0 { losses.append(step.outcome.loss ?? .nan) } }
    return losses
  }

  /// Any network and any learner: a segmentation network, a classifier.
  @Test func oneLoopTrainsEachNetwork() throws {
    let networks: [any Network] = [
      Architecture(channels: 1, width: 2, classes: 3).network(seed: 1),
      Classifier(.init(channels: 1, width: 2, outputs: 3, outputStride: 4), seed: 1),
    ]
    for network in networks {
      let losses = try losses(try loop(Constant(), network: network))
      #expect(losses.count == 30)
      #expect(try #require(losses.last) < 0.5 * losses[0])
    }
  }

  /// A step that fails after the forward pass has changed nothing, running statistics included.
  @Test func aStepThatFailsChangesNothing() throws {
    let whole = try loop(Constant(), steps: 4)
    var states: [TrainingState] = [whole.state]
    _ = try whole.run { if case .step = $0 { states.append(whole.state) } }
    for failing in 0..<4 {
      let loop = try loop(Constant(failing: failing), steps: 4)
      #expect(throws: Failure.self) { try loop.run { _ in } }
      #expect(loop.state.steps == failing && loop.state.tensors == states[failing].tensors)
    }
  }

  /// Nor has one whose gradient isn't finite, and the error says whose it is and what to do.
  @Test func aGradientThatIsNotFiniteChangesNothing() throws {
    let loop = try loop(Constant(gradient: .infinity), steps: 4)
    let before = loop.state
    let error = inputError { try loop.run { _ in } }
    #expect(error.subject == "step 0 of a test" && error.advice == "None.")
    #expect(loop.hasDiverged && loop.state.steps == 0 && loop.state.tensors == before.tensors)
  }

  /// Between backward and update, gradients can be looked at.
  @Test func gradientsCanBeInspected() throws {
    let loop = try loop(Constant(), steps: 1)
    let before = loop.network.state
    var seen = 0
    _ = try loop.take(0, on: loop.batches.batch(at: 0)) {
      seen = loop.network.parameters.count { $0.gradient != nil }
      #expect(loop.network.state == before)
    }
    #expect(seen == loop.network.parameters.count && loop.network.state != before)
  }
}
