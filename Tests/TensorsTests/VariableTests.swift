import Testing

@testable import Tensors

@Suite struct VariableTests {
  @Test func contributionsAddUp() {
    let slot = GradientSlot()
    #expect(slot.gradient == nil)
    let first = Tensor([1, 2], shape: [2])
    slot.accumulate(first)
    slot.accumulate(Tensor([10, 20], shape: [2]))
    slot.accumulate(first)
    #expect(slot.take()?.scalars == [12, 24])
    #expect(slot.gradient == nil)
    #expect(first.scalars == [1, 2], "what was handed over is copied before it is added to")
  }

  /// Gradients of two passes add up until they are cleared: accumulation over small batches.
  @Test func aParameterGathersOverPasses() {
    let parameter = Parameter(name: "p", value: Tensor([1, -1], shape: [2]), decays: true)
    for _ in 0..<2 {
      let tape = Tape()
      tape.backward(from: tape.relu(tape.variable(parameter)), gradient: Tensor([3, 3], shape: [2]))
    }
    #expect(parameter.gradient?.scalars == [6, 0])
    parameter.clearGradient()
    #expect(parameter.gradient == nil)
  }

  @Test func anUpdateLeavesEarlierValuesAlone() {
    let parameter = Parameter(name: "p", value: Tensor([1, 2], shape: [2]), decays: true)
    let before = parameter.value
    let seen = Tape().variable(parameter)
    parameter.update { $0[0] = 5 }
    #expect(parameter.value.scalars == [5, 2])
    #expect(before.scalars == [1, 2] && seen.value.scalars == [1, 2])
    parameter.replace(with: Tensor([8, 9], shape: [2]))
    #expect(parameter.value.scalars == [8, 9])
  }

  @Test func aConstantHasNoGradient() {
    let constant = Variable(Tensor([1], shape: [1]))
    #expect(!constant.needsGradient && constant.gradient == nil)
  }
}
