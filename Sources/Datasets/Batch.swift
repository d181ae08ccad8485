import Images

/// Images and labels as a network takes them.
public struct Batch: Sendable, Equatable {
  /// N, H, W and C.
  public let count: Int
  public let height: Int
  public let width: Int
  public let channels: Int
  /// Normalised pixels, `[N, H, W, C]`; 0, the mean, where there is no image.
  public var pixels: [Float]
  /// Classes, `[N, H, W]`; `LabelMap.void` where there is no image.
  public var labels: [UInt8]

  /// A batch without any image yet: pixels 0, labels void.
  public init(count: Int, height: Int, width: Int, channels: Int) {
    precondition(count >= 0 && height >= 0 && width >= 0 && channels > 0, "a batch of negative size")
    self.count = count
    self.height = height
    self.width = width
    self.channels = channels
    pixels = [Float](repeating: 0, count: count * height * width * channels)
    labels = [UInt8](repeating: LabelMap.void, count: count * height * width)
  }
}
