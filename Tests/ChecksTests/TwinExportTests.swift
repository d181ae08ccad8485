import Foundation
import Images
import Networks
import PaperFigures
import Rows
import Tensors
import TestSupport
import Testing

@testable import Checks
@testable import Training

@Suite struct TwinExportTests {
  private struct Curve: Codable {
    var loss: [Double?]
    var width: Int
    var classes: Int
    var channels: Int
    var learningRate: Float
    var momentum: Float
    var weightDecay: Float
    var clip: Float?
    var network: EncoderDecoder?
    var weights: String?
  }

  private func export(_ row: Row, steps: Int, to folder: TemporaryFolder) throws -> (
    curve: Curve, initial: Safetensors, batches: Safetensors
  ) {
    try TwinExport(row: row, seed: 3, steps: steps, folder: folder.path).run()
    let data = try #require(FileManager.default.contents(atPath: "\(folder.path)/curve.json"))
    return (
      try JSONDecoder().decode(Curve.self, from: data),
      try Safetensors(contentsOf: "\(folder.path)/initial.safetensors"),
      try Safetensors(contentsOf: "\(folder.path)/batches.safetensors")
    )
  }

  @Test func theFilesFitEachOther() throws {
    let data = try rectangleFolder()
    let folder = try TemporaryFolder()
    let row = tinyRow(data.path, .imageReward)
    let (curve, initial, batches) = try export(row, steps: 3, to: folder)
    #expect(curve.loss.count == 3 && curve.loss.allSatisfy { $0 != nil } && curve.clip == nil)
    #expect(curve.width == 1 && curve.classes == 2 && curve.channels == 3 && curve.learningRate == 0.01)
    let images = try #require(batches.tensors["images"])
    let labels = try #require(batches.bytes["labels"])
    #expect(images.shape == [3, 2, 16, 16, 3] && labels.shape == [3, 2, 16, 16])

    let network = Architecture(channels: 3, width: 1, classes: 2).network(seed: 3)
    #expect(initial.tensors == network.state)
    let pixels = Array(images.scalars[..<(2 * 16 * 16 * 3)])
    let logits = network.logits(Variable(Tensor(pixels, shape: [2, 16, 16, 3])), on: Tape())
    let loss = crossEntropy(logits: logits.value, labels: Array(labels.values[..<(2 * 16 * 16)])).loss
    #expect(curve.loss[0] == loss)

    let validation = try Safetensors(contentsOf: "\(folder.path)/validation.safetensors")
    #expect(validation.tensors["images"]?.shape == [3, 16, 16, 3])
    #expect(validation.bytes["labels"]?.values.count { $0 != LabelMap.void } == 3 * 13 * 11)
  }

  /// After one step: final = initial - rate (gradient + decay initial).
  @Test func theGradientsLeadToTheFinalWeights() throws {
    let data = try rectangleFolder()
    let folder = try TemporaryFolder()
    var row = tinyRow(data.path)
    row.recipe.weightDecay = 0.1
    let (_, initial, _) = try export(row, steps: 1, to: folder)
    let gradients = try Safetensors(contentsOf: "\(folder.path)/gradients.safetensors").tensors
    let final = try Safetensors(contentsOf: "\(folder.path)/final.safetensors").tensors
    let parameters = Architecture(channels: 3, width: 1, classes: 2).network(seed: 3).parameters
    #expect(Set(gradients.keys) == Set(parameters.map(\.name)) && final.keys == initial.tensors.keys)
    for parameter in parameters {
      let before = try #require(initial.tensors[parameter.name]).scalars
      let gradient = try #require(gradients[parameter.name]).scalars
      let after = try #require(final[parameter.name]).scalars
      for i in before.indices {
        let step = 0.01 * (gradient[i] + (parameter.decays ? 0.1 * before[i] : 0))
        #expect(abs(after[i] - (before[i] - step)) < 1e-6)
      }
    }
  }

  /// A network that starts from weights leaves its encoder's features of the first image, in evaluation.
  @Test func aPretrainedEncoderLeavesItsFeatures() throws {
    let data = try rectangleFolder()
    let folder = try TemporaryFolder()
    let pretrained = Classifier(.init(.mobilenetV2, outputs: 3, outputStride: 32), seed: 8)
    try Safetensors(tensors: pretrained.state).write(to: "\(folder.path)/weights.safetensors")
    var row = tinyRow(data.path)
    (row.recipe.imageHeight, row.recipe.imageWidth) = (32, 32)
    row.recipe.network = EncoderDecoder(.mobilenetV2, .unet)
    row.recipe.fineTuning = FineTuning(
      weights: "\(folder.path)/weights.safetensors", encoderRate: 0.5, freeze: .encoder)
    let (curve, initial, batches) = try export(row, steps: 1, to: folder)
    #expect(curve.network == row.recipe.network && curve.weights == row.recipe.fineTuning?.weights)
    for (name, value) in pretrained.state where name.hasPrefix("encoder.") { #expect(initial.tensors[name] == value) }
    let found = try Safetensors(contentsOf: "\(folder.path)/features.safetensors").tensors
    let image = try #require(found["image"])
    #expect(image.scalars == Array(try #require(batches.tensors["images"]).scalars.prefix(32 * 32 * 3)))
    let gradients = try Safetensors(contentsOf: "\(folder.path)/gradients.safetensors").tensors
    #expect(gradients.keys.contains { $0.hasPrefix("encoder.") }, "one rate for all, which the twin's is")
    #expect(found["features"] == pretrained.features(Variable(image), on: Tape(recording: false)).value)
  }

  @Test func errors() throws {
    let data = try rectangleFolder()
    let folder = try TemporaryFolder()
    try folder.write("x", to: "taken")
    let row = tinyRow(data.path)
    #expect(
      inputError { try TwinExport(row: row, seed: 1, steps: 0, folder: folder.path).run() }.subject == "setting steps")
    #expect(
      inputError { try TwinExport(row: row, seed: 1, steps: 1, folder: "\(folder.path)/taken").run() }
        .advice.contains("--out"))
  }
}
