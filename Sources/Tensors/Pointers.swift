/// What lies in memory as scalars side by side and can be read there: `Tensor`, `PooledBytes`, an array.
package protocol PointerSource {
  associatedtype Scalar
  /// Where the scalars are. Good while a copy of this value lives and nothing writes to it; `withPointers` sees to both.
  var pinnedAddress: UnsafePointer<Scalar> { get }
}

/// A `PointerSource` that can be written in place.
package protocol PointerTarget {
  associatedtype Scalar
  mutating func withWritableMemory<Result>(
    _ body: (UnsafeMutablePointer<Scalar>) throws -> Result
  ) rethrows -> Result
}

/// Reads several buffers in place, within one closure; the pointers are good until it returns.
///
///     withPointers(reading: logits, labels) { logits, labels in … }
package func withPointers<each Source: PointerSource, Result>(
  reading sources: repeat each Source, body: (repeat UnsafePointer<(each Source).Scalar>) throws -> Result
) rethrows -> Result {
  defer { withExtendedLifetime((repeat each sources)) {} }
  return try body(repeat (each sources).pinnedAddress)
}

/// Writes one buffer while others are read.
///
///     withPointers(writing: &gradient, reading: logits, labels) { gradient, logits, labels in … }
package func withPointers<Target: PointerTarget, each Source: PointerSource, Result>(
  writing target: inout Target, reading sources: repeat each Source,
  body: (UnsafeMutablePointer<Target.Scalar>, repeat UnsafePointer<(each Source).Scalar>) throws -> Result
) rethrows -> Result {
  defer { withExtendedLifetime((repeat each sources)) {} }
  return try target.withWritableMemory { try body($0, repeat (each sources).pinnedAddress) }
}

/// Writes two buffers while others are read.
package func withPointers<A: PointerTarget, B: PointerTarget, each Source: PointerSource, Result>(
  writing a: inout A, _ b: inout B, reading sources: repeat each Source,
  body: (
    UnsafeMutablePointer<A.Scalar>, UnsafeMutablePointer<B.Scalar>, repeat UnsafePointer<(each Source).Scalar>
  ) throws -> Result
) rethrows -> Result {
  defer { withExtendedLifetime((repeat each sources)) {} }
  return try a.withWritableMemory { a in
    try b.withWritableMemory { b in try body(a, b, repeat (each sources).pinnedAddress) }
  }
}

/// Writes four buffers while others are read: the most that one kernel fills.
package func withPointers<
  A: PointerTarget, B: PointerTarget, C: PointerTarget, D: PointerTarget, each Source: PointerSource, Result
>(
  writing a: inout A, _ b: inout B, _ c: inout C, _ d: inout D, reading sources: repeat each Source,
  body: (
    UnsafeMutablePointer<A.Scalar>, UnsafeMutablePointer<B.Scalar>, UnsafeMutablePointer<C.Scalar>,
    UnsafeMutablePointer<D.Scalar>, repeat UnsafePointer<(each Source).Scalar>
  ) throws -> Result
) rethrows -> Result {
  defer { withExtendedLifetime((repeat each sources)) {} }
  return try withPointers(writing: &a, &b) { a, b in
    try withPointers(writing: &c, &d) { c, d in try body(a, b, c, d, repeat (each sources).pinnedAddress) }
  }
}

extension Tensor: PointerSource, PointerTarget {
  package var pinnedAddress: UnsafePointer<Float> { UnsafePointer(address) }

  package mutating func withWritableMemory<Result>(
    _ body: (UnsafeMutablePointer<Float>) throws -> Result
  ) rethrows -> Result {
    try withMutableScalars(body)
  }
}

extension Array: PointerSource, PointerTarget {
  // Elements stay where they are until the array's last owner is gone or writes: the language relies on the same where
  // an array is given for a pointer. An empty array has no address that may be read; any will do.
  package var pinnedAddress: UnsafePointer<Element> {
    withUnsafeBufferPointer { $0.baseAddress } ?? UnsafePointer(nowhere())
  }

  package mutating func withWritableMemory<Result>(
    _ body: (UnsafeMutablePointer<Element>) throws -> Result
  ) rethrows -> Result {
    try withUnsafeMutableBufferPointer { try body($0.baseAddress ?? nowhere()) }
  }
}

/// An aligned address where nothing is.
private func nowhere<Element>() -> UnsafeMutablePointer<Element> {
  guard let address = UnsafeMutablePointer<Element>(bitPattern: MemoryLayout<Element>.alignment) else {
    preconditionFailure("an alignment is above 0")
  }
  return address
}
