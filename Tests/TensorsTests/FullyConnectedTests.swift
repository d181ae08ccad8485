import COpenBLAS
import Testing

@testable import Tensors

@Suite struct FullyConnectedTests {
  @Test func smallExample() {
    let found = Tape().fullyConnected(
      Variable(Tensor([1, 2], shape: [1, 2])), weight: Variable(Tensor([1, 10, 2, 20, 3, 30], shape: [3, 2])),
      bias: Variable(Tensor([0.5, 0, -1], shape: [3])))
    #expect(found.value == Tensor([21.5, 42, 62], shape: [1, 3]))
  }

  @Test(arguments: [[1, 1, 1], [1, 17, 1], [5, 1, 3], [3, 17, 9], [2, 16, 32]], [false, true])
  func matchesFiniteDifferences(sizes: [Int], bias: Bool) {
    let (n, inner, outer) = (sizes[0], sizes[1], sizes[2])
    let inputs = [randomTensor([n, inner], seed: 1), randomTensor([outer, inner], seed: 2)]
    expectGradients(of: bias ? inputs + [randomTensor([outer], seed: 3)] : inputs) {
      $0.fullyConnected($1[0], weight: $1[1], bias: bias ? $1[2] : nil)
    }
  }

  @Test func anEmptyBatch() {
    let found = Tape().fullyConnected(Variable(Tensor(zeros: [0, 3])), weight: Variable(Tensor(zeros: [2, 3])))
    #expect(found.shape == [0, 2])
  }

  /// OpenBLAS against three loops, in both orders of either matrix, with rows longer than what is used of them.
  @Test(arguments: [false, true], [false, true]) func productOfMatrices(transposeA: Bool, transposeB: Bool) {
    for (rows, columns, inner) in [(1, 1, 1), (1, 17, 3), (5, 1, 16), (7, 13, 31), (65, 33, 100)] {
      let (aStride, bStride, cStride) = (
        (transposeA ? rows : inner) + 2, (transposeB ? inner : columns) + 1, columns + 3
      )
      let a = randomTensor([(transposeA ? inner : rows) * aStride], seed: 1)
      let b = randomTensor([(transposeB ? columns : inner) * bStride], seed: 2)
      let before = randomTensor([rows * cStride], seed: 3)
      var c = before
      c.withMutableScalars { target in
        a.withScalars { a in
          b.withScalars { b in
            rss_gemm(
              transposeA, transposeB, Int32(rows), Int32(columns), Int32(inner), 0.5, a, Int32(aStride), b,
              Int32(bStride), 2, target, Int32(cStride))
          }
        }
      }
      var expected = before.doubles
      for i in 0..<rows {
        for j in 0..<columns {
          let sum = (0..<inner).reduce(0.0) {
            let left = a.scalars[transposeA ? $1 * aStride + i : i * aStride + $1]
            let right = b.scalars[transposeB ? j * bStride + $1 : $1 * bStride + j]
            return $0 + Double(left) * Double(right)
          }
          expected[i * cStride + j] = 0.5 * sum + 2 * expected[i * cStride + j]
        }
      }
      #expect(relativeError(c, expected) < 1e-6)
    }
  }
}
