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

/// One split's images: a fixed list that can be read in any order and from any thread.
///
/// What needs the truth asks for a `LabelledDataset`, so images without labels can't be given to it.
public protocol ImageDataset: Sendable {
  /// Data set and split, as in `fashion32/train` or `camvid/val`.
  var name: String { get }
  /// The K class names; a class's id is its place here.
  var classes: [String] { get }
  /// Channels of every image: 1 (grey) or 3 (RGB).
  var channels: Int { get }
  /// Number of images, at least 1.
  var count: Int { get }

  /// Reads one image, with pixels in 0...1.
  ///
  /// - Throws: `InputError` that names the file when it can't be read.
  func image(at index: Int) throws -> Image

  /// Width and height of one image, without decoding its pixels where the data set can avoid it.
  func size(at index: Int) throws -> PixelSize

  /// What people call the image: `0001TP_006690`, `train-scene-17`. Not two of a data set's splits use one name.
  func identifier(at index: Int) -> String

  /// Hexadecimal digits by which a record says what data a run saw; what they are made of, and so which changes they
  /// show, is each data set's to say.
  var fingerprint: String { get }
}

extension ImageDataset {
  /// Decodes the image.
  public func size(at index: Int) throws -> PixelSize {
    let image = try image(at: index)
    return PixelSize(width: image.width, height: image.height)
  }
}

/// A split whose images have a class for each pixel.
public protocol LabelledDataset: ImageDataset {
  /// Reads one image and its labels.
  ///
  /// - Throws: `InputError` that names the file when it can't be read or contradicts the class list.
  func sample(at index: Int) throws -> Sample
}

extension LabelledDataset {
  /// Of the sample.
  public func image(at index: Int) throws -> Image { try sample(at: index).image }
}

/// A width and a height in pixels.
public struct PixelSize: Sendable, Hashable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int

  /// A size of so many columns and rows.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }
}
