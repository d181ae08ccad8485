import Images

/// Images as a network takes them. There is no label in it: who may know the truth gets a `LabelledBatchLoader`.
public struct Batch: Sendable {
  /// N, H, W and C.
  public let count: Int
  /// H, rows of each image.
  public let height: Int
  /// W, columns of each image.
  public let width: Int
  /// C, numbers of a pixel.
  public let channels: Int
  /// Normalised pixels, `[N, H, W, C]`; 0, the mean, where there is no image.
  public var pixels: [Float]
  /// Which of the N H W pixels are void: those without an image, and those whose label is void where a data set tells.
  public var void: VoidMask
  /// The same pixels in 0...1, before normalisation, 0 where there is no image; empty where nobody asked for them.
  public var frames: [Float]
  /// Which images of the whole batch these are.
  public let share: BatchShare

  /// A batch without any image yet: pixels 0, all of them void.
  ///
  /// - Parameter keepsFrames: whether the pixels are kept as they are before normalisation, too.
  public init(
    count: Int, height: Int, width: Int, channels: Int, keepsFrames: Bool = false, share: BatchShare? = nil
  ) {
    precondition(count >= 0 && height >= 0 && width >= 0 && channels > 0, "a batch of negative size")
    self.count = count
    self.height = height
    self.width = width
    self.channels = channels
    self.share = share ?? .whole(count)
    pixels = [Float](repeating: 0, count: count * height * width * channels)
    void = VoidMask(count: count * height * width, isVoid: true)
    frames = keepsFrames ? pixels : []
  }

  /// `[N, H, W, C]`
  public var shape: [Int] { [count, height, width, channels] }

  /// One of the images with its pixels in 0...1; nil where they weren't kept.
  public func frame(at n: Int) -> Image? { frames.isEmpty ? nil : picture(frames, at: n) }

  /// One of the images with its normalised pixels.
  public func normalisedImage(at n: Int) -> Image { picture(pixels, at: n) }

  private func picture(_ values: [Float], at n: Int) -> Image {
    let size = height * width * channels
    return Image(width: width, height: height, channels: channels, values: Array(values[n * size..<(n + 1) * size]))
  }
}

extension Batch: Equatable {
  /// The same images; whoever else has others.
  public static func == (a: Batch, b: Batch) -> Bool {
    a.shape == b.shape && a.pixels == b.pixels && a.void == b.void && a.frames == b.frames
  }
}
