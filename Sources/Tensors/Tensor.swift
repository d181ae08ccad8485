/// A float32 array of one to four dimensions, row-major; images are `[N, H, W, C]`.
///
/// A value: assigning copies, but the memory is shared until one of the copies is written to.
public struct Tensor {
  /// Its dimensions; their product is `count`.
  public let shape: [Int]
  private var storage: Storage

  /// Number of scalars.
  public var count: Int { shape.reduce(1, *) }

  /// Memory whose contents are whatever was there: for operations that write every scalar.
  package init(uninitialized shape: [Int]) {
    precondition(shape.allSatisfy { $0 >= 0 }, "a shape has no negative dimension: \(shape)")
    self.shape = shape
    storage = Storage(bytes: shape.reduce(1, *) * MemoryLayout<Float>.stride)
  }

  /// 0 everywhere.
  public init(zeros shape: [Int]) { self.init(filledWith: 0, shape: shape) }

  /// One value everywhere.
  public init(filledWith value: Float, shape: [Int]) {
    self.init(uninitialized: shape)
    UnsafeMutableBufferPointer(start: address, count: count).initialize(repeating: value)
  }

  /// Copies the scalars, row-major.
  ///
  /// - Precondition: as many of them as the shape says.
  public init(_ scalars: [Float], shape: [Int]) {
    precondition(scalars.count == shape.reduce(1, *), "\(scalars.count) scalars don't fill a shape of \(shape)")
    self.init(uninitialized: shape)
    scalars.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { address.update(from: start, count: source.count) }
    }
  }

  /// The scalars, row-major. Copies.
  public var scalars: [Float] { Array(UnsafeBufferPointer(start: address, count: count)) }

  /// The same memory seen in another shape of the same size.
  public func reshaped(to shape: [Int]) -> Tensor { Tensor(shape: shape, sharing: self) }

  private init(shape: [Int], sharing other: Tensor) {
    precondition(shape.reduce(1, *) == other.count, "\(other.shape) can't be seen as \(shape)")
    self.shape = shape
    storage = other.storage
  }

  /// Whether no other tensor shares this memory, so that it can be written in place.
  mutating func isUnique() -> Bool { isKnownUniquelyReferenced(&storage) }

  /// The memory; only operations of this module use it, on tensors that they made or own alone.
  var address: UnsafeMutablePointer<Float> { storage.pointer.assumingMemoryBound(to: Float.self) }

  /// Reads the scalars in place, within the package.
  package func withScalars<Result>(_ body: (UnsafePointer<Float>) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(storage) { try body(UnsafePointer(address)) }
  }

  /// Writes the scalars in place, within the package; copies first where the memory is shared.
  package mutating func withMutableScalars<Result>(
    _ body: (UnsafeMutablePointer<Float>) throws -> Result
  ) rethrows -> Result {
    if !isUnique() {
      let copy = Tensor(uninitialized: shape)
      copy.address.update(from: address, count: count)
      self = copy
    }
    return try withExtendedLifetime(storage) { try body(address) }
  }
}

extension Tensor {
  /// The images of several `[n, …]` of equal shape, one after the other.
  package init(joining parts: [Tensor]) {
    precondition(!parts.isEmpty && parts.allSatisfy { $0.shape == parts[0].shape }, "parts of equal shape")
    self.init(uninitialized: [parts.count * parts[0].shape[0]] + parts[0].shape.dropFirst())
    for (i, part) in parts.enumerated() { (address + i * part.count).update(from: part.address, count: part.count) }
  }

  /// Some of the images of an `[N, …]`, copied.
  package func images(_ range: Range<Int>) -> Tensor {
    let size = shape[0] == 0 ? 0 : count / shape[0]
    let part = Tensor(uninitialized: [range.count] + shape.dropFirst())
    part.address.update(from: address + range.lowerBound * size, count: part.count)
    return part
  }

  /// The dimensions of an `[N, H, W, C]` tensor; any other rank is a programmer's mistake.
  public var nhwc: (batch: Int, height: Int, width: Int, channels: Int) {
    precondition(shape.count == 4, "an image tensor is [N, H, W, C], not \(shape)")
    return (shape[0], shape[1], shape[2], shape[3])
  }
}

extension Tensor: Equatable {
  /// Same shape and equal scalars (so NaN differs from itself).
  public static func == (a: Tensor, b: Tensor) -> Bool { a.shape == b.shape && a.scalars == b.scalars }
}
