import Testing

@testable import Tensors

/// Sizes before and after resizing: the same, up by whole and by broken factors, down, and both at once.
let resizings: [(from: [Int], to: (height: Int, width: Int))] = [
  ([1, 1, 1, 1], (1, 1)), ([1, 1, 1, 3], (4, 5)), ([2, 3, 2, 17], (6, 4)), ([1, 2, 3, 2], (6, 9)),
  ([1, 3, 4, 5], (5, 7)), ([1, 8, 6, 3], (4, 3)), ([1, 7, 5, 2], (3, 2)), ([2, 6, 3, 1], (2, 5)),
  ([1, 5, 5, 1], (1, 1)),
]

@Suite struct NearestResizingTests {
  @Test func doubles() {
    let x = Variable(Tensor([1, 2, 3, 4], shape: [1, 2, 2, 1]))
    #expect(
      Tape().nearestResizing(x, height: 4, width: 4).value
        == Tensor([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4], shape: [1, 4, 4, 1]))
  }

  @Test(arguments: 0..<resizings.count) func takesThePixelOfTheFormula(index: Int) {
    let (from, to) = resizings[index]
    let x = randomTensor(from, seed: 1)
    let found = Tape().nearestResizing(Variable(x), height: to.height, width: to.width).value
    #expect(found.shape == [from[0], to.height, to.width, from[3]])
    var expected: [Float] = []
    for i in 0..<from[0] {
      for y in 0..<to.height {
        for column in 0..<to.width {
          let pixel = (i * from[1] + y * from[1] / to.height) * from[2] + column * from[2] / to.width
          expected += x.scalars[pixel * from[3]..<(pixel + 1) * from[3]]
        }
      }
    }
    #expect(found.scalars == expected)
  }

  @Test(arguments: 0..<resizings.count) func matchesFiniteDifferences(index: Int) {
    let (from, to) = resizings[index]
    expectGradients(of: [randomTensor(from, seed: 1)]) {
      $0.nearestResizing($1[0], height: to.height, width: to.width)
    }
  }
}
