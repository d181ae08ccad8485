import Datasets
import Foundation
import Networks
import Rows
import Support
import Tensors
import Training

/// Writes what a twin in another framework needs to repeat a short training: initial weights, batches, the first
/// gradients, the losses and the final weights. `benchmarks/pytorch/twin.py` compares.
package struct TwinExport: Sendable {
  package var row: Row
  package var seed: UInt64
  package var steps: Int
  package var folder: String

  package init(row: Row, seed: UInt64, steps: Int, folder: String) {
    (self.row, self.seed, self.steps, self.folder) = (row, seed, steps, folder)
  }

  /// `curve.json`
  private struct Curve: Codable {
    var loss: [Double?] = []
    var width: Int
    var classes: Int
    var channels: Int
    var learningRate: Float
    var momentum: Float
    var weightDecay: Float
    var clip: Float?
  }

  /// Cross-entropy by SGD with momentum at a constant rate, without clipping: the plainest setting, so that a difference
  /// is one of the engine.
  package func run() throws {
    var recipe = row.recipe
    (recipe.objective, recipe.optimizer, recipe.schedule) = (.crossEntropy, .sgd, .constant)
    (recipe.steps, recipe.learningRate, recipe.clip) = (steps, 0.01, 0)
    try recipe.validate()
    let data = try row.data.load()
    let normalization = try Normalization(measuring: data.train)
    let configuration = UNet.Configuration(
      channels: data.train.channels, width: recipe.networkWidth, classes: data.train.classes.count)
    let network = UNet(configuration, seed: seed)
    let optimizer = Optimizer(recipe, parameters: network.parameters)
    let loader = BatchLoader(
      dataset: data.train, batchSize: recipe.batchSize, height: recipe.imageHeight, width: recipe.imageWidth,
      normalization: normalization, augmentation: .none, seed: seed)
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw InputError(
        folder, found: "a folder that can't be made", expected: "a writable folder", advice: "Name another with --out.")
    }
    try Safetensors(tensors: network.state).write(to: "\(folder)/initial.safetensors")
    var curve = Curve(
      width: configuration.width, classes: configuration.classes, channels: configuration.channels,
      learningRate: recipe.learningRate, momentum: recipe.momentum, weightDecay: recipe.weightDecay)
    var pixels: [Float] = []
    var labels: [UInt8] = []
    for step in 0..<steps {
      let batch = try loader.batch(at: step)
      pixels += batch.pixels
      labels += batch.labels
      let tape = Tape()
      let images = Tensor(batch.pixels, shape: [batch.count, batch.height, batch.width, batch.channels])
      let logits = network.logits(Variable(images), on: tape)
      let outcome = recipe.outcome(logits: logits.value, labels: batch.labels, seed: seed, step: step)
      curve.loss.append(outcome.loss)
      tape.backward(from: logits, gradient: outcome.gradient)
      if step == 0 {
        let gradients = network.parameters.compactMap { parameter in parameter.gradient.map { (parameter.name, $0) } }
        try Safetensors(tensors: Dictionary(uniqueKeysWithValues: gradients))
          .write(to: "\(folder)/gradients.safetensors")
      }
      _ = optimizer.step(learningRate: recipe.learningRate)
    }
    let shape = [steps, recipe.batchSize, recipe.imageHeight, recipe.imageWidth]
    try Safetensors(
      tensors: ["images": Tensor(pixels, shape: shape + [data.train.channels])],
      bytes: ["labels": .init(shape: shape, values: labels)]
    ).write(to: "\(folder)/batches.safetensors")
    try Safetensors(tensors: network.state).write(to: "\(folder)/final.safetensors")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try AtomicFile.write(encoder.encode(curve), to: "\(folder)/curve.json")
    try writeValidation(data.validation, normalization)
  }

  /// `validation.safetensors`, for a whole training of the twin (`train.py`); images of one size only.
  private func writeValidation(_ dataset: any Dataset, _ normalization: Normalization) throws {
    let batches = try EvaluationBatches(dataset: dataset, batchSize: 16, normalization: normalization, multiple: 8)
    let all = try (0..<batches.count).map { try batches.batch(at: $0).batch }
    guard let first = all.first, all.allSatisfy({ ($0.height, $0.width) == (first.height, first.width) }) else {
      return
    }
    let shape = [all.reduce(0) { $0 + $1.count }, first.height, first.width]
    try Safetensors(
      tensors: ["images": Tensor(all.flatMap(\.pixels), shape: shape + [first.channels])],
      bytes: ["labels": .init(shape: shape, values: all.flatMap(\.labels))]
    ).write(to: "\(folder)/validation.safetensors")
  }
}
