import Testing

@testable import Tensors

@Suite struct GlobalAveragePoolingTests {
  @Test func meanOfEachChannel() {
    let x = Variable(Tensor([1, 10, 3, 20, 5, 60], shape: [1, 1, 3, 2]))
    #expect(Tape().globalAveragePooling(x).value == Tensor([3, 30], shape: [1, 1, 1, 2]))
  }

  @Test func onePixelIsItself() {
    let x = randomTensor([3, 1, 1, 17], seed: 1)
    #expect(Tape().globalAveragePooling(Variable(x)).value == x)
  }

  @Test(arguments: [[1, 1, 1, 1], [2, 3, 5, 1], [3, 2, 2, 17]]) func matchesFiniteDifferences(shape: [Int]) {
    expectGradients(of: [randomTensor(shape, seed: 1)]) { $0.globalAveragePooling($1[0]) }
  }
}
