/// Bytes in pooled memory: action maps, which are as large as a tensor and made anew in every step.
package struct PooledBytes {
  package let count: Int
  private let storage: Storage

  /// `body` must write all `count` bytes.
  package init(count: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Void) {
    self.count = count
    storage = Storage(bytes: count)
    body(storage.pointer.assumingMemoryBound(to: UInt8.self))
  }

  package func withBytes<Result>(_ body: (UnsafePointer<UInt8>) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(storage) { try body(UnsafePointer(storage.pointer.assumingMemoryBound(to: UInt8.self))) }
  }
}

extension PooledBytes: PointerSource {
  package var pinnedAddress: UnsafePointer<UInt8> { UnsafePointer(storage.pointer.assumingMemoryBound(to: UInt8.self)) }
}
