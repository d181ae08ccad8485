import CJPEG
import Support

/// JPEG files, by libjpeg-turbo.
public enum JPEG {
  /// The first bytes of every JPEG file: start of image, and the beginning of the next marker.
  static let signature: [UInt8] = [0xFF, 0xD8, 0xFF]

  /// The image in a JPEG file, baseline or progressive: 1 channel if it is grey, else RGB.
  ///
  /// The accurate integer transform is used, so every machine decodes the same bits. An EXIF orientation is not
  /// applied: label maps are drawn on the stored pixels.
  ///
  /// - Parameter channels: 1 or 3 converts as `Image.converted(toChannels:)` says; nil keeps what the file has.
  /// - Throws: `InputError` for a missing, damaged or cut-off file (libjpeg by itself would fill the rest with grey),
  ///   for CMYK, for more than `ImageFile.mostPixels`, and for more than 100 scans.
  public static func readImage(at path: String, channels: Int? = nil) throws -> Image {
    try decodeImage(FileBytes.read(path, expected: "a JPEG image", advice: checkPath), named: path, channels: channels)
  }

  /// `readImage` for a file that is in memory; errors call it `name`.
  public static func decodeImage(_ bytes: [UInt8], named name: String, channels: Int? = nil) throws -> Image {
    guard bytes.starts(with: signature) else {
      throw InputError(
        name, found: firstBytes(bytes), expected: "a JPEG file",
        advice: "Check that the file is what its name says, and fetch or convert it again.")
    }
    var picture = cjpeg_picture()
    defer { cjpeg_free_picture(&picture) }
    let status = Int(cjpeg_decode(bytes, bytes.count, UInt64(ImageFile.mostPixels), &picture))
    let message = picture.message.map { String(cString: $0) }
    switch status {
    case CJPEG_OK: break
    case CJPEG_TOO_LARGE: throw tooLarge(name, message ?? "a huge image")
    case CJPEG_NO_MEMORY: throw outOfMemory(name, Int(picture.width), Int(picture.height))
    case CJPEG_CMYK:
      throw InputError(
        name, found: "a JPEG of four inks (CMYK)", expected: "grey or RGB",
        advice: "Convert it to RGB with an image program; the right colours depend on its ink profile.")
    default:
      throw InputError(
        name, found: "a JPEG that libjpeg can't read (\(message ?? "no reason given"))",
        expected: "a whole, valid JPEG", advice: "The file is damaged or cut off: fetch or write it again.")
    }
    let samples = UnsafeBufferPointer(start: picture.pixels, count: picture.byte_count)
    let own = Int(picture.channels)
    return Image(width: Int(picture.width), height: Int(picture.height), channels: own, to: channels ?? own) {
      Float(samples[$0]) / 255
    }
  }
}
