import Testing

@testable import Tensors

@Suite struct BilinearResizingTests {
  @Test func sameSizeIsTheImageItself() {
    let x = randomTensor([2, 3, 5, 4], seed: 1)
    let found = Tape().bilinearResizing(Variable(x), height: 3, width: 5).value
    #expect(relativeError(found, x.doubles) < 1e-6)
  }

  /// Centres of the output pixels lie at (i + 1/2) H / H' - 1/2 of the input, and the edge is repeated.
  @Test(arguments: 0..<resizings.count) func matchesTheFormula(index: Int) {
    let (from, to) = resizings[index]
    let x = randomTensor(from, seed: 1)
    let found = Tape().bilinearResizing(Variable(x), height: to.height, width: to.width).value
    #expect(found.shape == [from[0], to.height, to.width, from[3]])

    func taps(_ i: Int, _ length: Int, _ output: Int) -> [(index: Int, weight: Double)] {
      let centre = (Double(i) + 0.5) * Double(length) / Double(output) - 0.5
      let below = Int(centre.rounded(.down))
      let share = centre - Double(below)
      func inside(_ i: Int) -> Int { min(max(i, 0), length - 1) }
      return [(inside(below), 1 - share), (inside(below + 1), share)]
    }
    let source = x.doubles
    var expected: [Double] = []
    for i in 0..<from[0] {
      for row in 0..<to.height {
        for column in 0..<to.width {
          for c in 0..<from[3] {
            var value = 0.0
            for y in taps(row, from[1], to.height) {
              for x in taps(column, from[2], to.width) {
                value += y.weight * x.weight * source[((i * from[1] + y.index) * from[2] + x.index) * from[3] + c]
              }
            }
            expected.append(value)
          }
        }
      }
    }
    #expect(relativeError(found, expected) < 1e-5)
  }

  @Test(arguments: 0..<resizings.count) func matchesFiniteDifferences(index: Int) {
    let (from, to) = resizings[index]
    expectGradients(of: [randomTensor(from, seed: 1)]) {
      $0.bilinearResizing($1[0], height: to.height, width: to.width)
    }
  }

  @Test func anEmptyBatch() {
    #expect(
      Tape().bilinearResizing(Variable(Tensor(zeros: [0, 2, 2, 1])), height: 4, width: 4).shape == [0, 4, 4, 1])
  }
}
