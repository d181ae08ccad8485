import Support

/// Image files of any kind this package reads.
public enum ImageFile {
  /// The most pixels that a file may have, in images and label maps: as many as the largest image that a recipe can ask
  /// for, 8192 x 8192, and more than cameras give. Decoded, they are 0.8 GB of colours in floating point; the header of
  /// a file of 33 KB can promise four times as many.
  public static let mostPixels = 1 << 26

  /// The image in a PNG or JPEG file; its first bytes, not its name, say which it is.
  ///
  /// - Parameter channels: 1 or 3 converts as `Image.converted(toChannels:)` says; nil keeps what the file has.
  /// - Throws: `InputError` as `PNG.readImage` and `JPEG.readImage` do, and for a file of another kind.
  public static func read(at path: String, channels: Int? = nil) throws -> Image {
    let bytes = try FileBytes.read(path, expected: "a PNG or JPEG image", advice: checkPath)
    if bytes.starts(with: PNG.signature) {
      return try PNG.decodeImage(bytes, named: path, channels: channels)
    }
    if bytes.starts(with: JPEG.signature) {
      return try JPEG.decodeImage(bytes, named: path, channels: channels)
    }
    throw InputError(
      path, found: firstBytes(bytes), expected: "a PNG or JPEG image",
      advice: "Convert it to PNG, or check that the file is what its name says.")
  }
}
