import Testing

@testable import Tensors

@Suite struct AdditionTests {
  @Test func addsEachScalar() {
    let (a, b) = (Tensor([1, 2, 3], shape: [3]), Tensor([10, 20, 30], shape: [3]))
    #expect(Tape().addition(Variable(a), Variable(b)).value.scalars == [11, 22, 33])
    #expect(a.scalars == [1, 2, 3] && b.scalars == [10, 20, 30])
  }

  @Test(arguments: [[1, 1, 1, 1], [1, 3, 5, 17], [7]]) func matchesFiniteDifferences(shape: [Int]) {
    expectGradients(of: [randomTensor(shape, seed: 1), randomTensor(shape, seed: 2)]) { $0.addition($1[0], $1[1]) }
  }

  @Test func twiceTheSameVariable() {
    let (output, outputGradient, gradients) = run([Tensor([1, -2, 3], shape: [3])]) { $0.addition($1[0], $1[0]) }
    #expect(output.scalars == [2, -4, 6])
    #expect(gradients[0]?.scalars == outputGradient.scalars.map { 2 * $0 })
  }

  /// Both inputs get the same memory as their gradient; a backward pass that writes in place must not change the other's.
  @Test func sharedGradientIsCopiedBeforeItIsWritten() {
    let x = Tensor([-1, 2, -3, 4], shape: [4])
    let (_, outputGradient, gradients) = run([x, x]) { $0.addition($0.relu($1[0]), $0.relu6($1[1])) }
    let expected = zip(x.scalars, outputGradient.scalars).map { $0 > 0 ? $1 : 0 }
    #expect(gradients.map { $0?.scalars } == [expected, expected])

    let direct = run([x, x]) { $0.addition($0.relu($1[0]), $1[1]) }
    #expect(direct.gradients[0]?.scalars == expected)
    #expect(direct.gradients[1] == direct.outputGradient)
  }
}
