import Support

/// Image files of any kind this package reads.
public enum ImageFile {
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
