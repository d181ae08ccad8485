/// Which pixels of a batch or a picture count: all that a learner by reward is told beside the picture itself.
///
/// A pixel is void where there is no image (padding), or where the truth is unknown and the learner is told so. The
/// type holds nothing else, so whoever has one can't look up a class in it.
public struct VoidMask: Sendable, Equatable {
  /// One byte a pixel: `LabelMap.void` (255) where it is void, else 0.
  public private(set) var bytes: [UInt8]

  /// - Parameter isVoid: whether every one of the pixels is void, or none.
  public init(count: Int, isVoid: Bool) { bytes = [UInt8](repeating: isVoid ? LabelMap.void : 0, count: count) }

  /// Void where the labels are 255; which class a pixel has is let go.
  public init(of labels: [UInt8]) { bytes = labels.map(Self.byte) }

  /// Takes another batch's labels of the same number, in place.
  public mutating func replace(of labels: [UInt8]) {
    precondition(labels.count == bytes.count, "a label for each pixel")
    bytes.withUnsafeMutableBufferPointer { bytes in
      labels.withUnsafeBufferPointer { labels in for i in labels.indices { bytes[i] = Self.byte(labels[i]) } }
    }
  }

  /// Says of a range of pixels whether they are void.
  public mutating func set(_ pixels: Range<Int>, isVoid: Bool) {
    bytes.withUnsafeMutableBufferPointer { $0[pixels].update(repeating: isVoid ? LabelMap.void : 0) }
  }

  /// Pixels in all.
  public var count: Int { bytes.count }
  /// Whether a pixel doesn't count.
  public func isVoid(_ pixel: Int) -> Bool { bytes[pixel] != 0 }

  @inline(__always)
  private static func byte(_ label: UInt8) -> UInt8 { label == LabelMap.void ? LabelMap.void : 0 }
}
