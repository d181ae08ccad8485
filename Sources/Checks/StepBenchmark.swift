import Datasets
import Foundation
import Images
import Metrics
import Networks
import Randomness
import Ranks
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
  /// Which network, of RGB images; nil is the small U-Net of that width, of grey ones.
  package var network: EncoderDecoder?
  /// How the batch is cut; nil is not at all.
  package var shards: Shards?

  /// - Throws: `InputError` for a step that can't be.
  package init(
    width: Int, classes: Int, size: Int, batch: Int, maps: Int, steps: Int, network: EncoderDecoder? = nil,
    shards: Shards? = nil
  ) throws {
    guard (2...255).contains(classes) else {
      throw InputError("--classes", found: "\(classes)", expected: "2 to 255", advice: "11 is the benchmark's.")
    }
    guard (1...1_000_000).contains(steps) else {
      throw InputError("--steps", found: "\(steps)", expected: "1 to 1000000", advice: "20 is the benchmark's.")
    }
    (self.width, self.classes, self.size, self.batch, self.maps, self.steps) = (
      width, classes, size, batch, maps, steps
    )
    (self.network, self.shards) = (network, shards)
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

  /// Of one objective alone, for networks whose steps take seconds.
  package struct SingleResult: Codable, Sendable {
    /// The median of a cross-entropy step, where that was timed.
    package var crossEntropyMilliseconds: Double?
    /// The same of pixel-level reward.
    package var pixelRewardMilliseconds: Double?
    /// The same of image-level reward.
    package var imageRewardMilliseconds: Double?
    /// As above.
    package var stepGFLOP: Double
    /// As above.
    package var sgemmGFLOPS: Double
    package var threads: Int
    /// Processes that shared the batch.
    package var ranks: Int
    /// Of the network, and so numbers of a gradient.
    package var parameters: Int
    package var oneDNN: String

    package var summary: String {
      let time = crossEntropyMilliseconds ?? pixelRewardMilliseconds ?? imageRewardMilliseconds ?? 0
      return String(
        format: "%.1f ms (median, %d threads), %.1f GFLOP: %.0f%% of this machine's SGEMM rate of %.0f GFLOP/s", time,
        threads, stepGFLOP, 100 * stepGFLOP / (time / 1000) / sgemmGFLOPS, sgemmGFLOPS)
    }
  }

  /// Times the steps of one objective, which ranks can share.
  package func run(_ objective: Recipe.Objective, ranks: any Communicator = .alone) throws -> SingleResult {
    let stepper = try Stepper(recipe(objective), classes: classes, ranks: ranks)
    let times = try (0..<steps + 3).map { try stepper.milliseconds(step: $0) }.dropFirst(3)
    var result = SingleResult(
      stepGFLOP: stepper.network.stepOperations(batch: batch, height: size, width: size) / 1e9,
      sgemmGFLOPS: Libraries.matrixMultiplicationRate() / 1e9, threads: Threads.count, ranks: ranks.count,
      parameters: stepper.network.parameterCount, oneDNN: Libraries.oneDNN)
    switch objective {
    case .crossEntropy: result.crossEntropyMilliseconds = median(Array(times))
    case .pixelReward: result.pixelRewardMilliseconds = median(Array(times))
    case .imageReward: result.imageRewardMilliseconds = median(Array(times))
    }
    return result
  }

  /// The steps take turns, so that a slow spell of the machine hits all.
  package func run() throws -> Result {
    let crossEntropy = recipe(.crossEntropy)
    let image = recipe(.imageReward)
    var (cells, regression) = (image, image)
    cells.scales = GridSchedule(always: 16)
    regression.advantage = .regression
    let steppers = try [crossEntropy, image, cells, regression].map { try Stepper($0, classes: classes) }
    var times = [[Double]](repeating: [], count: steppers.count)
    for step in 0..<steps + 3 {
      for (i, stepper) in steppers.enumerated() {
        let time = try stepper.milliseconds(step: step)
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
  package func profile(_ objective: Recipe.Objective) throws -> Table {
    let stepper = try Stepper(recipe(objective), classes: classes)
    for step in 0..<3 { _ = try stepper.milliseconds(step: step) }
    let profile = Profile()
    for step in 3..<3 + steps { _ = try stepper.milliseconds(step: step, profile: profile) }
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
    (recipe.network, recipe.shards) = (network, shards)
    if objective == .crossEntropy { recipe.maps = 1 }
    // Small and the same throughout, so that every step is like the others.
    (recipe.learningRate, recipe.schedule) = (1e-4, .constant)
    return recipe
  }
}

/// One network that is trained on one fixed random batch, by the training loop's own step.
private final class Stepper {
  let network: any SegmentationNetwork
  private let loop: TrainingLoop
  private let batch: Batch

  init(_ recipe: Recipe, classes: Int, ranks: any Communicator = .alone) throws {
    var random = RandomStream(seed: 1, purpose: .scenes)
    let size = recipe.imageHeight * recipe.imageWidth
    let channels = recipe.network == nil ? 1 : 3
    let images = (0..<recipe.batchSize).map { _ in
      Image(
        width: recipe.imageWidth, height: recipe.imageHeight, channels: channels,
        values: (0..<size * channels).map { _ in random.uniform() }
      )
    }
    let samples = images.map { image in
      let classes = (0..<size).map { _ in UInt8(random.integer(below: classes)) }
      return Sample(image: image, labels: LabelMap(width: image.width, height: image.height, classes: classes))
    }
    let dataset = InMemoryDataset(
      name: "random", classes: (0..<classes).map(String.init), samples: samples, fingerprint: "")
    let batches = recipe.batches(
      of: dataset as any LabelledDataset, normalization: .identity(channels: channels), seed: 1,
      share: try recipe.share(among: ranks))
    batch = try batches.batch(at: 0)
    let labels = try batches.labels(at: 0)
    network = recipe.architecture(for: dataset).network(seed: 1)
    loop = TrainingLoop(
      recipe, network: network, learner: recipe.learner(seed: 1) { _ in labels }, batches: batches,
      ranks: ranks)
  }

  func milliseconds(step: Int, profile: Profile? = nil) throws -> Double {
    let start = ContinuousClock.now
    _ = try loop.take(step, on: batch, profile: profile)
    return (ContinuousClock.now - start) / .milliseconds(1)
  }
}
