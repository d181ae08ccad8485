import Testing

@testable import Tensors

@Suite struct PointersTests {
  @Test func buffersAreReadSideBySide() {
    let tensor = Tensor([1, 2], shape: [2])
    let bytes = PooledBytes(count: 2) { ($0[0], $0[1]) = (3, 4) }
    let sum = withPointers(reading: tensor, bytes, [Int32(5), 6]) { a, b, c in
      (0..<2).map { Int(a[$0]) + Int(b[$0]) + Int(c[$0]) }
    }
    #expect(sum == [9, 12])
  }

  @Test func buffersAreWrittenWhileOthersAreRead() {
    var tensor = Tensor(zeros: [2])
    let before = tensor
    var counts = [Int32](repeating: 0, count: 2)
    withPointers(writing: &tensor, &counts, reading: [Float(7), 8]) { tensor, counts, source in
      for i in 0..<2 { (tensor[i], counts[i]) = (source[i], Int32(source[i]) + 1) }
    }
    #expect(tensor.scalars == [7, 8] && counts == [8, 9])
    #expect(before.scalars == [0, 0], "a shared buffer is copied before it is written")
  }

  @Test func aBufferThatIsAlsoReadIsCopiedFirst() {
    var values: [Float] = [1, 2, 3]
    withPointers(writing: &values, reading: values) { target, source in
      for i in 0..<3 { target[i] = source[2 - i] }
    }
    #expect(values == [3, 2, 1])
  }

  @Test func fourBuffersAreWritten() {
    var (a, b, c, d) = ([Float(0)], [Float(0)], [Int32(0)], [UInt8(0)])
    withPointers(writing: &a, &b, &c, &d, reading: [Int8(9)]) { a, b, c, d, source in
      (a[0], b[0], c[0], d[0]) = (Float(source[0]), 1, 2, 3)
    }
    #expect(a == [9] && b == [1] && c == [2] && d == [3])
  }

  @Test func emptyBuffersAreNotAFault() {
    var target: [Float] = []
    #expect(withPointers(writing: &target, reading: [Float](), Tensor(zeros: [0])) { _, _, _ in true })
  }

  @Test func errorsPassThrough() {
    struct Stop: Error {}
    #expect(throws: Stop.self) { try withPointers(reading: [1]) { _ in throw Stop() } }
  }
}
