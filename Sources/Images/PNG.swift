import CPNG
import Support

/// PNG files, by libpng.
public enum PNG {
  /// The first eight bytes of every PNG file.
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// The image in a PNG file, interlaced or not, of 1 to 16 bits.
  ///
  /// Grey gives 1 channel, grey with alpha 2, RGB and palette 3, RGB with alpha 4; each sample divided by the largest
  /// of its depth (16 bits keep their precision). Transparency of a palette or of a single colour is ignored, and so are
  /// gamma and colour profiles.
  ///
  /// - Parameter channels: 1 or 3 converts as `Image.converted(toChannels:)` says; nil keeps what the file has.
  /// - Throws: `InputError` for a missing, damaged or cut-off file and for one of more than `ImageFile.mostPixels`.
  public static func readImage(at path: String, channels: Int? = nil) throws -> Image {
    try decodeImage(FileBytes.read(path, expected: "a PNG image", advice: checkPath), named: path, channels: channels)
  }

  /// The labels in a PNG file: the stored numbers of a palette or grey file of 1, 2, 4 or 8 bits, never scaled or
  /// looked up in the palette.
  ///
  /// - Throws: `InputError` as `readImage` does, and for a file of 16 bits, colours or alpha.
  public static func readLabels(at path: String) throws -> LabelMap {
    try decodeLabels(FileBytes.read(path, expected: "a PNG label map", advice: checkPath), named: path)
  }

  /// `readImage` for a file that is in memory; errors call it `name`.
  public static func decodeImage(_ bytes: [UInt8], named name: String, channels: Int? = nil) throws -> Image {
    var picture = cpng_picture()
    defer { cpng_free_picture(&picture) }
    let samples = try decode(bytes, CPNG_SAMPLES, into: &picture, named: name)
    let own = Int(picture.channels)
    let (width, height, wanted) = (Int(picture.width), Int(picture.height), channels ?? own)
    guard picture.sample_bytes == 2 else {
      return Image(width: width, height: height, channels: own, to: wanted) { Float(samples[$0]) / 255 }
    }
    return Image(width: width, height: height, channels: own, to: wanted) {
      Float(UInt16(samples[2 * $0]) << 8 | UInt16(samples[2 * $0 + 1])) / 65535
    }
  }

  /// `readLabels` for a file that is in memory; errors call it `name`.
  public static func decodeLabels(_ bytes: [UInt8], named name: String) throws -> LabelMap {
    var picture = cpng_picture()
    defer { cpng_free_picture(&picture) }
    let labels = try decode(bytes, CPNG_LABELS, into: &picture, named: name)
    return LabelMap(width: Int(picture.width), height: Int(picture.height), classes: Array(labels))
  }

  /// Decodes into `picture` and gives a view of its pixels, valid as long as `picture` is.
  private static func decode(
    _ bytes: [UInt8], _ meaning: Int, into picture: inout cpng_picture, named name: String
  ) throws -> UnsafeBufferPointer<UInt8> {
    guard bytes.starts(with: signature) else {
      throw InputError(
        name, found: firstBytes(bytes), expected: "a PNG file",
        advice: "Check that the file is what its name says, and fetch or convert it again.")
    }
    let status = Int(cpng_decode(bytes, bytes.count, Int32(meaning), UInt64(ImageFile.mostPixels), &picture))
    let message = picture.message.map { String(cString: $0) }
    switch status {
    case CPNG_OK:
      return UnsafeBufferPointer(start: picture.pixels, count: picture.byte_count)
    case CPNG_TOO_LARGE:
      throw tooLarge(name, message ?? "a huge image")
    case CPNG_NOT_LABELS:
      throw InputError(
        name, found: "a PNG of \(kind(of: picture))", expected: "labels: a palette or grey PNG of at most 8 bits",
        advice: "Convert colours to class numbers first; a colour rendering is not a label map.")
    case CPNG_NO_MEMORY:
      throw outOfMemory(name, Int(picture.width), Int(picture.height))
    default:
      throw InputError(
        name, found: "a PNG that libpng can't read (\(message ?? "no reason given"))", expected: "a whole, valid PNG",
        advice: "The file is damaged or cut off: fetch or write it again.")
    }
  }

  private static func kind(of picture: cpng_picture) -> String {
    let colour =
      switch Int(picture.color_type) {
      case CPNG_GREY: "grey"
      case CPNG_RGB: "RGB"
      case CPNG_GREY_ALPHA: "grey with alpha"
      case CPNG_RGBA: "RGB with alpha"
      default: "palette"
      }
    return "\(picture.bit_depth)-bit \(colour)"
  }
}
