import Datasets
import Foundation
import Networks
import Support
import Tensors
import TestSupport
import Testing
import Training
import WeakSupervision

@testable import ONNX

@Suite struct ONNXModelTests {
  private func checkpoint(channels: Int, background: Int? = 0) throws -> Checkpoint {
    let architecture = Architecture(channels: channels, width: 2, classes: 3)
    let checkpoint = Checkpoint(
      description: .init(
        network: architecture, classes: ["sky", "tree \"oak\"", "Straße"],
        normalization: unevenNormalization(channels: channels), row: "folder/image", seed: .max, steps: 12,
        backgroundClass: background), network: architecture.network(seed: 4))
    try unsettle(checkpoint.network)
    return checkpoint
  }

  @Test(arguments: [[2, 13, 17, 1], [1, 16, 8, 3], [3, 1, 1, 3], [1, 9, 25, 1]])
  func theGraphSaysWhatTheNetworkSays(shape: [Int]) throws {
    let checkpoint = try checkpoint(channels: shape[3])
    let images = ByteImages(shape, seed: 8)
    let model = try ONNXModel(checkpoint)
    try expectEqual(model, checkpoint.network, checkpoint.description.normalization, on: images)
    let labels = try #require(try run(model, on: images)["labels"])
    let predictions = try (0..<shape[0]).flatMap { try checkpoint.predict(images.image($0)).classes }
    #expect(labels.integers == predictions.map { Int($0) })
  }

  /// Of two equal logits the class of the lower id, as everywhere.
  @Test func tiesGoToTheLowerClass() throws {
    let network = ClosureNetwork { images, tape in tape.concatenation([tape.relu(images), images, images]) }
    let found = try run(
      ONNXModel(network, normalization: .identity(channels: 1)), on: ByteImages([1, 3, 5, 1], seed: 1))
    #expect(found["labels"]?.integers == [Int](repeating: 0, count: 15))
  }

  @Test func classifier() throws {
    let checkpoint = untrainedClassifier()
    try unsettle(checkpoint.classifier)
    let images = ByteImages([2, 10, 7, 3], seed: 5)
    let model = try ONNXModel(checkpoint)
    let found = try run(model, on: images)
    #expect(found.keys.sorted() == ["logits"])
    let expected = try (0..<2).flatMap {
      try images.logits(of: $0, checkpoint.classifier, checkpoint.description.normalization).scalars
    }
    let logits = try #require(found["logits"])
    #expect(logits.shape == [2, 2])
    #expect(
      zip(logits.scalars, expected).allSatisfy { abs($0 - Double($1)) < 1e-5 * Double(expected.map(abs).max() ?? 0) })
    #expect(model.metadata["classes"] == #"["Bag","Ankle boot"]"# && model.metadata["row"] == "folder/cam")
    #expect(model.metadata["steps"] == nil && model.metadata["size_multiple"] == "4")
  }

  @Test func whatTheFileSays() throws {
    let checkpoint = try checkpoint(channels: 3)
    let model = try ReadModel(ONNXModel(checkpoint).encoded())
    #expect(model.message.integers(1) == [8])
    #expect(model.message.text(2) == "rss" && model.message.text(3) == "1")
    let operators = try model.message.messages(8)
    #expect(operators.count == 1 && operators[0].text(1).isEmpty && operators[0].integers(2) == [17])
    #expect(model.inputs == [.init(name: "image", type: 1, shape: ["N", "3", "H", "W"])])
    #expect(
      model.outputs == [
        .init(name: "logits", type: 1, shape: ["N", "3", "H", "W"]),
        .init(name: "labels", type: 2, shape: ["N", "H", "W"]),
      ])
    var metadata = model.metadata
    let normalization = metadata.removeValue(forKey: "normalization") ?? ""
    #expect(
      try JSONDecoder().decode(Normalization.self, from: Data(normalization.utf8))
        == checkpoint.description.normalization)
    #expect(
      metadata == [
        "classes": #"["sky","tree \"oak\"","Straße"]"#, "row": "folder/image", "seed": "18446744073709551615",
        "steps": "12", "background_class": "0", "size_multiple": "8",
      ])
    #expect(try ONNXModel(self.checkpoint(channels: 1, background: nil)).metadata["background_class"] == nil)
  }

  /// Every weight is there once, under its name, in its shape, bit for bit; what a node reads stands before it.
  @Test func weightsAndOrder() throws {
    let state = try checkpoint(channels: 3).network.state
    let model = try ReadModel(ONNXModel(checkpoint(channels: 3)).encoded())
    for (name, tensor) in state {
      let found = try #require(model.initializers[name])
      #expect(found.shape == tensor.shape && found.type == 1)
      #expect(found.bytes == tensor.scalars.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) })
    }
    let others = model.initializers.keys.filter { state[$0] == nil }
    #expect(others.allSatisfy { $0.hasPrefix("integers.") || $0.hasPrefix("numbers.") })
    var known = Set(model.initializers.keys).union(["image", ""])
    for node in model.nodes {
      #expect(known.isSuperset(of: node.inputs), "\(node)")
      #expect(known.insert(node.output).inserted)
    }
    #expect(known.isSuperset(of: ["logits", "labels"]))
  }

  @Test func equalNetworksGiveEqualBytes() throws {
    #expect(try ONNXModel(checkpoint(channels: 3)).encoded() == ONNXModel(checkpoint(channels: 3)).encoded())
  }

  @Test func filesAndTheirKinds() throws {
    let folder = try TemporaryFolder()
    let (one, other) = ("\(folder.path)/checkpoint.safetensors", "\(folder.path)/classifier.safetensors")
    try checkpoint(channels: 3).write(to: one)
    try untrainedClassifier().write(to: other)
    let target = "\(folder.path)/out.onnx"
    try ONNXModel(contentsOf: one).write(to: target)
    #expect(try Array(Data(contentsOf: URL(fileURLWithPath: target))) == ONNXModel(checkpoint(channels: 3)).encoded())
    #expect(try ReadModel(ONNXModel(contentsOf: other).encoded()).outputs.map(\.name) == ["logits"])
    // Nothing is replaced.
    let error = try #require(throws: InputError.self) { try ONNXModel(contentsOf: other).write(to: target) }
    #expect(error.subject == target && error.advice.contains("remove"))
    for bad in ["none.safetensors", "text.safetensors"] {
      try folder.write("text", to: "text.safetensors")
      let error = try #require(throws: InputError.self) { try ONNXModel(contentsOf: "\(folder.path)/\(bad)") }
      #expect(error.subject == "\(folder.path)/\(bad)")
    }
  }

  @Test func weightsBeyondTheFormatAreRefused() throws {
    try ONNXModel.require(weightBytes: 2_000_000_000, for: "out.onnx")
    let error = try #require(throws: InputError.self) { try ONNXModel.require(weightBytes: 1 << 31, for: "out.onnx") }
    #expect(error.subject == "out.onnx" && error.found == "weights of 2147 MB" && error.expected.contains("2 GB"))
  }
}
