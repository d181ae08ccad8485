import Datasets
import Foundation
import Networks
import Rows
import Support
import Tensors
import Training

/// Writes what a twin in another framework needs to repeat a short training: initial weights, batches, the first
/// gradients, the losses and the final weights; where the encoder starts from weights, also its features of the first
/// image. `benchmarks/pytorch/twin.py` compares.
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
    var network: EncoderDecoder?
    /// The file that the encoder starts from.
    var weights: String?
  }

  /// Cross-entropy by SGD with momentum at a constant rate, without clipping: the plainest setting, so that a difference
  /// is one of the engine.
  package func run() throws {
    var recipe = row.recipe
    (recipe.objective, recipe.optimizer, recipe.schedule) = (.crossEntropy, .sgd, .constant)
    (recipe.steps, recipe.learningRate, recipe.clip) = (steps, 0.01, 0)
    recipe.augmentation = .none
    // One rate for all, and all of it trained: the twin knows no other.
    recipe.fineTuning = recipe.fineTuning?.weights.map { FineTuning(weights: $0) }
    let data = try row.data.load()
    let trainer = try Trainer(recipe, on: data, seed: seed)
    let (network, normalization, architecture) = (trainer.network, trainer.normalization, trainer.architecture)
    let batches = recipe.batches(
      of: try data.trainingLabels(for: "the twin"), normalization: normalization, seed: seed)
    let loop = TrainingLoop(
      recipe, network: network, learner: CrossEntropyLearner(labels: batches.labels), batches: batches)
    try Folder.make(folder, advice: "Name another with --out.")
    try Safetensors(tensors: network.state).write(to: "\(folder)/initial.safetensors")
    var curve = Curve(
      width: architecture.width, classes: architecture.classes, channels: architecture.channels,
      learningRate: recipe.learningRate, momentum: recipe.momentum, weightDecay: recipe.weightDecay,
      network: recipe.network, weights: try recipe.weightsFile())
    var pixels: [Float] = []
    var labels: [UInt8] = []
    for step in 0..<steps {
      let batch = try batches.batch(at: step)
      pixels += batch.pixels
      if step == 0, let encoder = recipe.network?.encoder, let weights = curve.weights {
        try writeFeatures(of: batch, encoder, weights)
      }
      labels += try batches.labels(at: step)
      let taken = try loop.take(step, on: batch) {
        guard step == 0 else { return }
        let gradients = network.parameters.compactMap { parameter in parameter.gradient.map { (parameter.name, $0) } }
        try Safetensors(tensors: Dictionary(uniqueKeysWithValues: gradients))
          .write(to: "\(folder)/gradients.safetensors")
      }
      curve.loss.append(taken.outcome.loss)
    }
    let shape = [steps, recipe.batchSize, recipe.imageHeight, recipe.imageWidth]
    try Safetensors(
      tensors: ["images": Tensor(pixels, shape: shape + [normalization.mean.count])],
      bytes: ["labels": .init(shape: shape, values: labels)]
    ).write(to: "\(folder)/batches.safetensors")
    try Safetensors(tensors: network.state).write(to: "\(folder)/final.safetensors")
    try AtomicFile.write(CanonicalJSON.encode(curve, of: "\(folder)/curve.json"), to: "\(folder)/curve.json")
    try writeValidation(data.validation, normalization, multiple: network.sizeMultiple)
  }

  /// `features.safetensors`: what the encoder alone makes of the batch's first image, undilated, by its running statistics.
  private func writeFeatures(of batch: Batch, _ encoder: EncoderDecoder.EncoderKind, _ weights: String) throws {
    let network = Classifier(.init(encoder, outputs: 1, outputStride: 32), seed: seed)
    _ = try StartingWeights(contentsOf: weights).load(into: network)
    let size = batch.pixels.count / batch.count
    let image = Tensor(Array(batch.pixels[..<size]), shape: [1] + batch.shape.dropFirst())
    let features = network.features(Variable(image), on: Tape(recording: false)).value
    try Safetensors(tensors: ["image": image, "features": features]).write(to: "\(folder)/features.safetensors")
  }

  /// `validation.safetensors`, for a whole training of the twin (`train.py`); images of one size only.
  private func writeValidation(
    _ dataset: any LabelledDataset, _ normalization: Normalization, multiple: Int
  ) throws {
    let batches = try LabelledEvaluationBatches(
      dataset: dataset, batchSize: 16, normalization: normalization, multiple: multiple)
    let pairs = try (0..<batches.count).map(batches.batch)
    let all = pairs.map(\.item.batch)
    guard let first = all.first, all.allSatisfy({ ($0.height, $0.width) == (first.height, first.width) }) else {
      return
    }
    let shape = [all.reduce(0) { $0 + $1.count }, first.height, first.width]
    try Safetensors(
      tensors: ["images": Tensor(all.flatMap(\.pixels), shape: shape + [first.channels])],
      bytes: ["labels": .init(shape: shape, values: pairs.flatMap(\.labels))]
    ).write(to: "\(folder)/validation.safetensors")
  }
}
