import Datasets
import Networks
import Support
import Tensors
import Testing

@testable import ONNX

@Suite struct OperationNodesTests {
  @Test(arguments: [[2, 13, 17], [1, 8, 8], [1, 1, 2]]) func everyOperationSaysTheSame(size: [Int]) throws {
    let network = EveryOperation()
    try unsettle(network)
    let normalization = unevenNormalization(channels: 3)
    try expectEqual(
      ONNXModel(network, normalization: normalization), network, normalization, on: ByteImages(size + [3], seed: 3))
  }

  @Test func namesFollowTheWeights() throws {
    let model = try ReadModel(ONNXModel(EveryOperation(), normalization: .identity(channels: 3)).encoded())
    let named = model.nodes.filter { ["Conv", "BatchNormalization"].contains($0.type) }.map(\.name)
    // A layer called as an output keeps out of its way, and so does the second use of a weight.
    #expect(
      named == [
        "stem", "norm", "depthwise", "other", "third", "pointwise", "pointwise_2", "grouped", "linear", "logits_2",
      ])
    #expect(Set(model.nodes.map(\.name)).count == model.nodes.count)
  }

  /// No image leads there today: a layer on parameters alone.
  @Test(arguments: [false, true]) func fullyConnected(hasBias: Bool) throws {
    let tensors = [
      "x": Tensor(randomScalars(6, seed: 1), shape: [2, 3]),
      "fc.weight": Tensor(randomScalars(12, seed: 2), shape: [4, 3]),
      "fc.bias": Tensor(randomScalars(4, seed: 3), shape: [4]),
    ]
    let parameters = try tensors.keys.sorted().map {
      Parameter(name: $0, value: try #require(tensors[$0]), decays: false)
    }
    func layer(_ tape: Tape) -> Variable {
      tape.fullyConnected(
        tape.variable(parameters[2]), weight: tape.variable(parameters[1]),
        bias: hasBias ? tape.variable(parameters[0]) : nil)
    }
    let trace = try SizedTrace(channels: 1, multiple: 8) { _, tape in layer(tape) }
    let nodes = try OperationNodes(trace, state: tensors, images: "image", frame: "size", in: .init(reserving: []))
    var builder = nodes.builder
    builder.output(.init(name: "out", type: .float32, shape: [.fixed(2), .fixed(4)]), "Relu", [nodes.result])
    let found = try Interpreter(model: ReadModel(ONNXModel(graph: builder.graph, metadata: [:]).encoded())).run([:])
    let expected = Tape().relu(layer(Tape())).value
    #expect(nodes.result == "fc" && found["out"]?.shape == [2, 4])
    #expect(zip(found["out"]?.scalars ?? [], expected.scalars).allSatisfy { abs($0 - Double($1)) < 1e-6 })
  }

  /// Everything that a graph would say wrongly, or not at all, is refused by name.
  @Test func whatCannotBeWrittenIsNamed() throws {
    let stray = Parameter(name: "stray", value: Tensor(zeros: [1, 1, 1, 1]), decays: false)
    let wrong: [(part: String, network: (Variable, Tape) -> Variable)] = [
      ("an input of relu, computed outside the tape", { x, tape in tape.relu(Variable(x.value)) }),
      ("a use of stray", { x, tape in tape.convolution(x, weight: tape.variable(stray)) }),
      (
        "nearest resizing from [1, 16, 20, 1] to [1, 24, 30, 1], as of an image of [1, 32, 40, 1]",
        { x, tape in
          let half = tape.averagePooling(x, kernel: 2, stride: 2)
          return tape.nearestResizing(half, height: half.shape[1] * 3 / 2, width: half.shape[2] * 3 / 2)
        }
      ),
      (
        "bilinear resizing from [1, 32, 40, 1] to [1, 64, 64, 1]",
        { x, tape in
          tape.globalAveragePooling(tape.bilinearResizing(x, height: 64, width: 64))
        }
      ),
      (
        "bilinear resizing from [1, 1, 1, 1] to",
        { x, tape in
          tape.bilinearResizing(tape.globalAveragePooling(x), height: x.shape[1] - 1, width: 5)
        }
      ),
      ("other operations", { x, tape in tape.averagePooling(x, kernel: x.shape[1], stride: 1) }),
      ("other operations", { x, tape in x.shape[1] > 32 ? tape.relu(x) : x }),
      ("a result of shape [1, 16, 20, 1]", { x, tape in tape.maxPooling(x, kernel: 2, stride: 2) }),
    ]
    for (part, function) in wrong {
      let error = try #require(throws: InputError.self) {
        try ONNXModel(ClosureNetwork([], function), normalization: .identity(channels: 1))
      }
      #expect(error.found.hasPrefix(part), "\(error)")
    }
  }

  /// In the graph one name is one tensor.
  @Test func aWeightWithTheNameOfAnOutputIsRefused() throws {
    let weight = Parameter(name: "labels", value: Tensor(zeros: [2, 1, 1, 1]), decays: false)
    let network = ClosureNetwork([weight]) { images, tape in tape.convolution(images, weight: tape.variable(weight)) }
    let error = try #require(throws: InputError.self) { try ONNXModel(network, normalization: .identity(channels: 1)) }
    #expect(error.found == "a weight called labels")
  }
}
