import Testing

@testable import Tensors

@Suite struct ReLUTests {
  @Test func clipsBelowAndAbove() {
    let x = Variable(Tensor([-2, -0.0, 0, 0.5, 6, 7], shape: [6]))
    #expect(Tape().relu(x).value.scalars == [0, 0, 0, 0.5, 6, 7])
    #expect(Tape().relu6(x).value.scalars == [0, 0, 0, 0.5, 6, 6])
  }

  /// At the kinks themselves the gradient is zero, as in PyTorch.
  @Test func passesTheGradientStrictlyInside() {
    let x = Tensor([-1, 0, 1, 6, 7], shape: [5])
    func gradient(_ operation: (Tape, Variable) -> Variable) -> [Float]? {
      let tape = Tape()
      let variable = tape.variable(differentiable: x)
      tape.backward(from: operation(tape, variable), gradient: Tensor([1, 2, 3, 4, 5], shape: [5]))
      return variable.gradient?.scalars
    }
    #expect(gradient { $0.relu($1) } == [0, 0, 3, 4, 5])
    #expect(gradient { $0.relu6($1) } == [0, 0, 3, 0, 0])
  }

  /// The spaced values reach from below 0 to above 6 and keep half a gap from both.
  @Test(arguments: [[1, 1, 1, 1], [1, 1, 1, 17], [2, 3, 5, 1], [1, 7, 5, 9]])
  func matchesFiniteDifferences(shape: [Int]) {
    let x = spacedTensor(shape, seed: 1)
    expectGradients(of: [x]) { $0.relu($1[0]) }
    expectGradients(of: [x]) { $0.relu6($1[0]) }
  }

  @Test func empty() {
    #expect(Tape().relu(Variable(Tensor(zeros: [0, 3]))).shape == [0, 3])
  }
}
