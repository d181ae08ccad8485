import Metrics
import Foundation
import Networks
import Randomness
import Rewards
import Support
import Tables
import Tensors
import Training

/// Times whole training steps on random images: what `make bench` compares with PyTorch.
package struct StepBenchmark: Sendable {
  package var width: Int
  package var classes: Int
  package var size: Int
  package var batch: Int
  package var maps: Int
  /// Timed steps of each objective, after three that warm up.
  package var steps: Int

  /// - Throws: `InputError` for a step that can't be.
  package init(width: Int, classes: Int, size: Int, batch: Int, maps: Int, steps: Int) throws {
    guard (2...255).contains(classes) else {
      throw InputError("--classes", found: "\(classes)", expected: "2 to 255", advice: "11 is the benchmark's.")
    }
    guard (1...1_000_000).contains(steps) else {
      throw InputError("--steps", found: "\(steps)", expected: "1 to 1000000", advice: "20 is the benchmark's.")
    }
    (self.width, self.classes, self.size, self.batch, self.maps, self.steps) = (
      width, classes, size, batch, maps, steps
    )
    try recipe(.imageReward).validate()
  }

  package struct Result: Codable, Sendable {
    /// Medians.
    package var crossEntropyMilliseconds: Double
    package var imageRewardMilliseconds: Double
    /// The same with PSR, one action for each of 16 x 16 cells.
    package var cellsMilliseconds: Double
    /// The same at full resolution with the regression in place of PSD.
    package var regressionMilliseconds: Double
    /// Floating-point operations of the convolutions of one step, forward and backward, in 10^9.
    package var stepGFLOP: Double
    /// What oneDNN's SGEMM reaches on 1024 x 1024 matrices, in 10^9 operations a second.
    package var sgemmGFLOPS: Double
    package var threads: Int
    package var oneDNN: String

    package var summary: String {
      String(
        format: "cross-entropy step %.1f ms, image-level step %.1f ms; with PSR of 16 x 16 cells %.1f ms, "
          + "with regression %.1f ms (medians, %d threads)\n%.1f GFLOP in a cross-entropy step: %.0f%% of this machine's SGEMM rate of %.0f GFLOP/s",
        crossEntropyMilliseconds, imageRewardMilliseconds, cellsMilliseconds, regressionMilliseconds, threads,
        stepGFLOP,
        100 * stepGFLOP / (crossEntropyMilliseconds / 1000) / sgemmGFLOPS, sgemmGFLOPS)
    }
  }

  /// The steps take turns, so that a slow spell of the machine hits all.
  package func run() -> Result {
    var crossEntropy = recipe(.crossEntropy)
    crossEntropy.maps = 1
    let image = recipe(.imageReward)
    var (cells, regression) = (image, image)
    cells.scales = GridSchedule(always: 16)
    regression.advantage = .regression
    let steppers = [crossEntropy, image, cells, regression].map { Stepper($0, classes: classes) }
    var times = [[Double]](repeating: [], count: steppers.count)
    for step in 0..<steps + 3 {
      for (i, stepper) in steppers.enumerated() {
        let time = stepper.milliseconds(step: step)
        if step >= 3 { times[i].append(time) }
      }
    }
    let medians = times.map(median)
    return Result(
      crossEntropyMilliseconds: medians[0], imageRewardMilliseconds: medians[1], cellsMilliseconds: medians[2],
      regressionMilliseconds: medians[3],
      stepGFLOP: steppers[0].network.stepOperations(batch: batch, height: size, width: size) / 1e9,
      sgemmGFLOPS: Libraries.matrixMultiplicationRate() / 1e9, threads: Threads.count, oneDNN: Libraries.oneDNN)
  }

  /// Milliseconds per step of each operation, forward and backward.
  package func profile(_ objective: Recipe.Objective) -> Table {
    let stepper = Stepper(recipe(objective), classes: classes)
    for step in 0..<3 { _ = stepper.milliseconds(step: step) }
    let profile = Profile()
    for step in 3..<3 + steps { _ = stepper.milliseconds(step: step, profile: profile) }
    let perStep = 1000 / Double(steps)
    let rows = profile.entries.sorted { $0.value.seconds.reduce(0, +) > $1.value.seconds.reduce(0, +) }
    return Table(
      name: "profile", caption: "Milliseconds per step, \(objective.rawValue), \(steps) steps",
      columns: ["Operation", "Calls", "Forward", "Backward", "Both"],
      rows: rows.map { name, entry in
        [
          .text(name), .number(Double(entry.calls) / Double(steps), digits: 0),
          .number(entry.seconds[0] * perStep, digits: 2), .number(entry.seconds[1] * perStep, digits: 2),
          .number(entry.seconds.reduce(0, +) * perStep, digits: 2),
        ]
      })
  }

  private func recipe(_ objective: Recipe.Objective) -> Recipe {
    var recipe = Recipe(
      objective: objective, maps: maps, networkWidth: width, steps: steps + 3, imageHeight: size, imageWidth: size)
    recipe.batchSize = batch
    return recipe
  }
}

/// One network that is trained on one fixed random batch.
private final class Stepper {
  let network: UNet
  private let recipe: Recipe
  private let optimizer: Optimizer
  private let pixels: [Float]
  private let labels: [UInt8]

  init(_ recipe: Recipe, classes: Int) {
    self.recipe = recipe
    network = UNet(.init(channels: 1, width: recipe.networkWidth, classes: classes), seed: 1)
    optimizer = Optimizer(recipe, parameters: network.parameters)
    var random = RandomStream(seed: 1, purpose: .scenes)
    let count = recipe.batchSize * recipe.imageHeight * recipe.imageWidth
    pixels = (0..<count).map { _ in random.uniform() }
    labels = (0..<count).map { _ in UInt8(random.integer(below: classes)) }
  }

  func milliseconds(step: Int, profile: Profile? = nil) -> Double {
    let start = ContinuousClock.now
    let tape = Tape(profile: profile)
    let images = Tensor(pixels, shape: [recipe.batchSize, recipe.imageHeight, recipe.imageWidth, 1])
    let logits = network.logits(Variable(images), on: tape)
    func timed<Value>(_ name: String, _ body: () -> Value) -> Value { profile?.measure(name, .forward, body) ?? body() }
    let outcome = timed("objective") { recipe.outcome(logits: logits.value, labels: labels, seed: 1, step: step) }
    tape.backward(from: logits, gradient: outcome.gradient)
    _ = timed("optimizer") { optimizer.step(learningRate: 1e-4) }
    return (ContinuousClock.now - start) / .milliseconds(1)
  }
}
