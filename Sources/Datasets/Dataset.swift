import Images

/// One image and the class of each of its pixels.
public struct Sample: Sendable, Equatable {
  /// Pixels in 0...1, `[H, W, C]`.
  public let image: Image
  /// Classes, `[H, W]`, of the image's size; `LabelMap.void` (255) where the class is unknown.
  public let labels: LabelMap

  /// - Precondition: image and labels have the same size.
  public init(image: Image, labels: LabelMap) {
    precondition(
      image.width == labels.width && image.height == labels.height,
      "an image of \(image.width)x\(image.height) with labels of \(labels.width)x\(labels.height)")
    self.image = image
    self.labels = labels
  }
}

/// One split of a data set: a fixed list of samples that can be read in any order and from any thread.
public protocol Dataset: Sendable {
  /// Data set and split, as in `fashion32/train` or `camvid/val`.
  var name: String { get }
  /// The K class names; a class's id is its place here.
  var classes: [String] { get }
  /// Channels of every image: 1 (grey) or 3 (RGB).
  var channels: Int { get }
  /// Number of samples, at least 1.
  var count: Int { get }

  /// Reads one sample.
  ///
  /// - Throws: `InputError` that names the file when it can't be read or contradicts the class list.
  func sample(at index: Int) throws -> Sample

  /// Width and height of one sample, without decoding its pixels where the data set can avoid it.
  func size(at index: Int) throws -> PixelSize

  /// What people call the sample: `0001TP_006690`, `train-scene-17`. Not two of a data set's splits use one name.
  func identifier(at index: Int) -> String

  /// 16 hexadecimal digits that change when the data does; recorded with each run so that a result can be traced to
  /// the pixels it came from.
  var fingerprint: String { get }
}

extension Dataset {
  public func size(at index: Int) throws -> PixelSize {
    let image = try sample(at: index).image
    return PixelSize(width: image.width, height: image.height)
  }
}

/// A width and a height in pixels.
public struct PixelSize: Sendable, Hashable {
  public let width: Int
  public let height: Int

  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }
}
