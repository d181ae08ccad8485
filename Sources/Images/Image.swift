/// Pixels: `height` rows of `width` pixels of `channels` numbers, nominally in 0...1.
///
/// The order is HWC, rows from the top: channel c of pixel (x, y) is `values[(y * width + x) * channels + c]`. Channels
/// mean 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. Values are the file's own (gamma-encoded) samples divided by
/// their maximum; no colour management is applied.
public struct Image: Sendable, Equatable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Numbers of a pixel, 1 to 4.
  public let channels: Int
  /// `height * width * channels` numbers in the order given above.
  public var values: [Float]

  /// An image of the given values. Sizes may be 0; `values` must have as many numbers as they say.
  public init(width: Int, height: Int, channels: Int, values: [Float]) {
    precondition(width >= 0 && height >= 0 && channels > 0, "an image of \(width) x \(height) x \(channels)")
    precondition(
      values.count == width * height * channels,
      "\(values.count) values for an image of \(width) x \(height) x \(channels)")
    self.width = width
    self.height = height
    self.channels = channels
    self.values = values
  }

  /// An image of one value everywhere.
  public init(width: Int, height: Int, channels: Int, fill: Float) {
    precondition(width >= 0 && height >= 0 && channels > 0, "an image of \(width) x \(height) x \(channels)")
    self.init(
      width: width, height: height, channels: channels,
      values: [Float](repeating: fill, count: width * height * channels))
  }

  /// Channel `c` of the pixel in column `x` and row `y`.
  @inlinable
  public subscript(x: Int, y: Int, c: Int) -> Float {
    get { values[offset(x, y, c)] }
    set { values[offset(x, y, c)] = newValue }
  }

  @inlinable
  func offset(_ x: Int, _ y: Int, _ c: Int) -> Int {
    precondition(x >= 0 && x < width && c >= 0 && c < channels, "pixel outside the image")
    return (y * width + x) * channels + c
  }

  /// The same picture as grey (`channels` 1) or RGB (3).
  ///
  /// Grey is the luma of Rec. 601, 0.299 R + 0.587 G + 0.114 B, of the gamma-encoded values; RGB from grey repeats it.
  /// Alpha is dropped, not blended: the colour under a transparent pixel stays as it was stored.
  public func converted(toChannels wanted: Int) -> Image {
    if wanted == channels { return self }
    return values.withUnsafeBufferPointer { values in
      Image(width: width, height: height, channels: channels, to: wanted) { values[$0] }
    }
  }
}

extension Image {
  /// An image of samples that are somewhere else, in `channels` channels, converted as `converted(toChannels:)` says while
  /// they are read: the numbers of the file are in memory once.
  @inline(__always)
  init(width: Int, height: Int, channels: Int, to wanted: Int, sample: (Int) -> Float) {
    precondition(
      wanted == channels || wanted == 1 || wanted == 3, "images convert to 1 or 3 channels, not \(wanted)")
    let colour = channels >= 3
    let values = [Float](unsafeUninitializedCapacity: width * height * wanted) { target, count in
      for pixel in 0..<width * height {
        let (from, to) = (pixel * channels, pixel * wanted)
        if wanted == channels {
          for c in 0..<channels { target.initializeElement(at: to + c, to: sample(from + c)) }
        } else if wanted == 1 {
          target.initializeElement(
            at: to,
            to: colour ? 0.299 * sample(from) + 0.587 * sample(from + 1) + 0.114 * sample(from + 2) : sample(from))
        } else {
          for c in 0..<3 { target.initializeElement(at: to + c, to: sample(from + (colour ? c : 0))) }
        }
      }
      count = width * height * wanted
    }
    self.init(width: width, height: height, channels: wanted, values: values)
  }
}
