import Testing

@testable import Tensors

@Suite struct PooledBytesTests {
  @Test(arguments: [0, 1, 17, 1000]) func holdsWhatWasWritten(count: Int) {
    let bytes = PooledBytes(count: count) { for i in 0..<count { $0[i] = UInt8(i % 251) } }
    #expect(bytes.count == count)
    let found = bytes.withBytes { Array(UnsafeBufferPointer(start: $0, count: count)) }
    #expect(found == (0..<count).map { UInt8($0 % 251) })
  }

  @Test func copiesShareTheBytes() {
    let a = PooledBytes(count: 3) { for i in 0..<3 { $0[i] = 7 } }
    let b = a
    #expect(a.withBytes { $0 } == b.withBytes { $0 })
  }
}
