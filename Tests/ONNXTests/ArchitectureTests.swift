import Networks
import Testing

@testable import ONNX

/// Whole networks, too large for the interpreter: that every weight has found its place. Their numbers are compared in
/// onnxruntime, by `benchmarks/pytorch/check_onnx.py`.
@Suite struct ArchitectureTests {
  @Test(arguments: [
    EncoderDecoder(.resnet18, .unet), EncoderDecoder(.resnet18, .deeplabV3Plus, outputStride: 8, separable: false),
    EncoderDecoder(.mobilenetV2, .deeplabV3Plus), EncoderDecoder(.efficientnetLite0, .unet, outputStride: 16),
    EncoderDecoder(.convnextTiny, .fpn),
  ])
  func everyWeightIsThere(parts: EncoderDecoder) throws {
    let network = Architecture(parts, classes: 4).network(seed: 1)
    let graph = try ONNXModel(network, normalization: .identity(channels: 3)).graph
    let state = network.state
    let weights = graph.initializers.filter { state[$0.name] != nil }
    #expect(Set(weights.map(\.name)) == Set(state.keys) && weights.count == state.count)
    for weight in weights { #expect(weight.shape == state[weight.name]?.shape) }
    var known = Set(graph.initializers.map(\.name)).union(["image", ""])
    for node in graph.nodes {
      #expect(known.isSuperset(of: node.inputs), "\(node)")
      #expect(known.insert(node.output).inserted)
    }
    #expect(graph.outputs.map(\.name) == ["logits", "labels"])
  }

  @Test func anEncodersClassifier() throws {
    let classifier = Classifier(.init(.mobilenetV2, outputs: 3, outputStride: 16), seed: 1)
    let graph = try ONNXModel(classifier, normalization: .identity(channels: 3)).graph
    #expect(graph.outputs.map(\.name) == ["logits"])
    #expect(Set(classifier.state.keys).isSubset(of: graph.initializers.map(\.name)))
  }
}
