import Testing

@testable import Tensors

@Suite struct ConcatenationTests {
  @Test func channelsFollowOneAnother() {
    let a = Variable(Tensor([1, 2, 3, 4], shape: [1, 1, 2, 2]))
    let b = Variable(Tensor([5, 6], shape: [1, 1, 2, 1]))
    #expect(Tape().concatenation([a, b]).value == Tensor([1, 2, 5, 3, 4, 6], shape: [1, 1, 2, 3]))
    #expect(Tape().concatenation([b, a, b]).value.scalars == [5, 1, 2, 5, 6, 3, 4, 6])
    #expect(Tape().concatenation([a]).value == a.value)
  }

  @Test(arguments: [[1], [1, 1], [3, 17], [16, 2], [1, 5, 17]]) func matchesFiniteDifferences(widths: [Int]) {
    let inputs = widths.enumerated().map { randomTensor([2, 3, 1, $0.element], seed: UInt64($0.offset)) }
    expectGradients(of: inputs) { $0.concatenation($1) }
  }

  @Test func twiceTheSameVariableAddsItsParts() {
    let (_, outputGradient, gradients) = run([randomTensor([1, 1, 1, 2], seed: 1)]) {
      $0.concatenation([$1[0], $1[0]])
    }
    let g = outputGradient.scalars
    #expect(gradients[0]?.scalars == [g[0] + g[2], g[1] + g[3]])
  }

  /// An input that needs no gradient, such as an image, lies between two that do.
  @Test func aConstantInBetween() {
    let constant = Variable(randomTensor([1, 2, 2, 3], seed: 5))
    expectGradients(of: [randomTensor([1, 2, 2, 1], seed: 1), randomTensor([1, 2, 2, 2], seed: 2)]) {
      $0.concatenation([$1[0], constant, $1[1]])
    }
  }
}
