import Support
import Tensors
import Testing

@testable import Networks

@Suite struct NetworkStateTests {
  private let configuration = Architecture(channels: 1, width: 1, classes: 2)

  private func complaint(_ network: any SegmentationNetwork, _ tensors: [String: Tensor]) -> InputError? {
    do {
      try network.load(tensors, from: "weights.safetensors")
      return nil
    } catch {
      return error as? InputError
    }
  }

  @Test func takesEverythingOver() throws {
    let (a, b) = (configuration.network(seed: 1), configuration.network(seed: 2))
    let images = Variable(Tensor(filledWith: 0.3, shape: [1, 8, 8, 1]))
    let tape = Tape()
    _ = a.logits(images, on: tape)
    tape.moveStatistics()
    #expect(a.state != b.state)
    try b.load(a.state, from: "weights.safetensors")
    #expect(a.state == b.state)
    #expect(a.logits(images, on: Tape(recording: false)).value == b.logits(images, on: Tape(recording: false)).value)
  }

  @Test func otherTensorsAreIgnored() throws {
    let network = configuration.network(seed: 1)
    var state = configuration.network(seed: 2).state
    state["optimizer.step"] = Tensor([3], shape: [1])
    try network.load(state, from: "weights.safetensors")
    #expect(network.state["optimizer.step"] == nil)
  }

  @Test func everyMissingTensorIsNamedAndNothingChanges() {
    let network = configuration.network(seed: 1)
    let before = network.state
    for name in before.keys {
      var state = configuration.network(seed: 2).state
      state[name] = nil
      let error = complaint(network, state)
      #expect(error?.subject == "weights.safetensors")
      #expect(error?.found == "no tensor \(name)")
      #expect(network.state == before)
    }
  }

  @Test func everyWrongShapeIsNamedAndNothingChanges() {
    let network = configuration.network(seed: 1)
    let before = network.state
    for name in before.keys {
      var state = configuration.network(seed: 2).state
      state[name] = Tensor(zeros: [7, 7])
      let error = complaint(network, state)
      #expect(error?.found.contains(name) == true && error?.found.contains("[7, 7]") == true)
      #expect(network.state == before)
    }
  }

  @Test func anotherWidth() {
    let network = configuration.network(seed: 1)
    #expect(complaint(network, Architecture(channels: 1, width: 2, classes: 2).network(seed: 1).state) != nil)
    #expect(complaint(network, [:]) != nil)
  }

  /// The forward pass moves no running statistics by itself: of a step that fails, nothing is left.
  @Test func statisticsMoveWhenTheyAreTold() {
    let network = configuration.network(seed: 1)
    let before = network.state
    let images = Variable(Tensor((0..<64).map { Float($0) }, shape: [1, 8, 8, 1]))
    let tape = Tape()
    _ = network.logits(images, on: tape)
    #expect(network.state == before)
    tape.moveStatistics()
    #expect(network.state != before)
    let evaluating = Tape(recording: false)
    _ = network.logits(images, on: evaluating)
    let after = network.state
    evaluating.moveStatistics()
    #expect(network.state == after)
  }
}
