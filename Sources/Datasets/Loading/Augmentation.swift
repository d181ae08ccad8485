import Randomness

/// Random changes that a training image goes through; labels follow the geometric ones.
///
/// In this order: resize by a factor, crop or pad to the batch's size at a random place, flip, then brightness,
/// contrast and saturation.
public struct Augmentation: Sendable, Codable, Equatable {
  /// Mirror half of the images left to right.
  public var horizontalFlip: Bool
  /// The factor of the image's size is uniform in this range.
  public var scale: ClosedRange<Float>
  /// Pixels are multiplied by a factor uniform in 1 - x ... 1 + x.
  public var brightness: Float
  /// Distances from the image's mean grey are multiplied by a factor uniform in 1 - x ... 1 + x.
  public var contrast: Float
  /// Distances from each pixel's own grey are multiplied by a factor uniform in 1 - x ... 1 + x (3 channels only).
  public var saturation: Float

  /// - Precondition: the scale is positive and the others are in 0...1.
  public init(
    horizontalFlip: Bool = false, scale: ClosedRange<Float> = 1...1, brightness: Float = 0, contrast: Float = 0,
    saturation: Float = 0
  ) {
    self.horizontalFlip = horizontalFlip
    self.scale = scale
    self.brightness = brightness
    self.contrast = contrast
    self.saturation = saturation
    precondition(isUsable, "an augmentation needs a scale in \(Self.scales) and other strengths in 0...1")
  }

  /// Nothing is changed; an image of another size than the batch's is cropped or padded around its centre.
  public static let none = Augmentation()

  /// Flip, scale 0.75...1.5, and 0.2 of brightness, contrast and saturation.
  ///
  /// The usual range of scales is 0.5...2.0, for images of 500 pixels and more. Here they have 32 to 160: at 0.5 a
  /// pole of CamVid is less than a pixel wide and vanishes from the labels, and at 2.0 the crop keeps a quarter of the
  /// image. 0.75...1.5 is half of that range in logarithm.
  public static let standard = Augmentation(
    horizontalFlip: true, scale: 0.75...1.5, brightness: 0.2, contrast: 0.2, saturation: 0.2)

  /// Beyond these factors an image is a point, or one pixel fills the crop.
  static let scales: ClosedRange<Float> = 0.01...100

  private var isUsable: Bool {
    Self.scales.contains(scale.lowerBound) && Self.scales.contains(scale.upperBound)
      && [brightness, contrast, saturation].allSatisfy { (0...1).contains($0) }
  }

  private enum CodingKeys: String, CodingKey { case horizontalFlip, scale, brightness, contrast, saturation }

  /// - Throws: `DecodingError` for strengths outside their ranges.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    horizontalFlip = try container.decode(Bool.self, forKey: .horizontalFlip)
    scale = try container.decode(ClosedRange<Float>.self, forKey: .scale)
    brightness = try container.decode(Float.self, forKey: .brightness)
    contrast = try container.decode(Float.self, forKey: .contrast)
    saturation = try container.decode(Float.self, forKey: .saturation)
    guard isUsable else {
      throw DecodingError.dataCorruptedError(
        forKey: .scale, in: container,
        debugDescription: "expected a scale in \(Self.scales) and other strengths in 0...1")
    }
  }

  /// The changes of one image.
  struct Choice: Equatable {
    var flip: Bool
    var scale: Float
    /// Where the crop (or the image in its padding) lies, as a share of the room there is.
    var x: Float
    var y: Float
    var brightness: Float
    var contrast: Float
    var saturation: Float

    /// The centre, unchanged.
    static let neutral = Choice(flip: false, scale: 1, x: 0.5, y: 0.5, brightness: 1, contrast: 1, saturation: 1)
  }

  /// Draws the changes of the image at one place of one batch.
  ///
  /// Always takes seven numbers from the stream, so that switching one change off leaves the others as they were.
  func choice(seed: UInt64, step: Int, position: Int) -> Choice {
    guard self != .none else { return .neutral }
    var stream = RandomStream(
      seed: seed, purpose: .augmentation, step: UInt32(truncatingIfNeeded: step),
      index: UInt32(truncatingIfNeeded: position))
    let coin = stream.uniform()
    return Choice(
      flip: coin < 0.5 && horizontalFlip,
      scale: stream.uniform(in: scale),
      x: stream.uniform(),
      y: stream.uniform(),
      brightness: stream.uniform(in: 1 - brightness...1 + brightness),
      contrast: stream.uniform(in: 1 - contrast...1 + contrast),
      saturation: stream.uniform(in: 1 - saturation...1 + saturation))
  }
}
