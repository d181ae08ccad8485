import CPNG
import Foundation
import Support

extension PNG {
  /// The colour of labels that a palette doesn't name: the pale yellow that VOC 2012 gives to void.
  static let unnamedColour = RGB(red: 224, green: 224, blue: 192)

  /// Writes an image as an 8-bit PNG, whole or not at all.
  ///
  /// Values are multiplied by 255 and rounded; those outside 0...1 become the nearest bound, and NaN becomes 0.
  ///
  /// - Parameter image: 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGB, alpha) channels.
  /// - Throws: `InputError` when the file can't be written or the image has no pixels.
  public static func write(_ image: Image, to path: String) throws {
    try AtomicFile.write(encode(image, named: path), to: path)
  }

  /// Writes labels as an 8-bit palette PNG, whole or not at all: `readLabels` gives back the same numbers.
  ///
  /// - Parameter palette: the colours of labels 0, 1, ..., at most 256. Labels beyond it, such as void, are written as
  ///   they are and shown in pale yellow.
  /// - Throws: `InputError` when the file can't be written or the map has no pixels.
  public static func write(_ labels: LabelMap, palette: [RGB], to path: String) throws {
    try AtomicFile.write(encode(labels, palette: palette, named: path), to: path)
  }

  /// The bytes of the file that `write(_:to:)` writes; errors call it `name`.
  public static func encode(_ image: Image, named name: String = "a PNG in memory") throws -> Data {
    let types = [CPNG_GREY, CPNG_GREY_ALPHA, CPNG_RGB, CPNG_RGBA]
    precondition(image.channels <= 4, "a PNG has 1 to 4 channels, not \(image.channels)")
    let samples = image.values.map { value -> UInt8 in
      let bounded: Float = value >= 1 ? 1 : value > 0 ? value : 0  // NaN fails both tests
      return UInt8((bounded * 255).rounded())
    }
    return try encode(samples, image.width, image.height, types[image.channels - 1], palette: [], named: name)
  }

  /// A PNG of 8-bit red, green and blue, `[height, width, 3]`, rows from the top; errors call it `name`.
  ///
  /// - Throws: `InputError` when there are no pixels.
  public static func encode(
    colours: [UInt8], width: Int, height: Int, named name: String = "a PNG in memory"
  ) throws -> Data {
    precondition(colours.count == 3 * width * height, "\(colours.count) bytes for \(width) x \(height) pixels")
    return try encode(colours, width, height, CPNG_RGB, palette: [], named: name)
  }

  /// The bytes of the file that `write(_:palette:to:)` writes; errors call it `name`.
  public static func encode(
    _ labels: LabelMap, palette: [RGB], named name: String = "a PNG in memory"
  ) throws -> Data {
    precondition(palette.count <= 256, "a palette has at most 256 colours, not \(palette.count)")
    let needed = Int(labels.classes.max() ?? 0) + 1
    let unnamed = [RGB](repeating: unnamedColour, count: max(0, needed - palette.count))
    let entries = (palette + unnamed).flatMap { [$0.red, $0.green, $0.blue] }
    return try encode(labels.classes, labels.width, labels.height, CPNG_PALETTE, palette: entries, named: name)
  }

  private static func encode(
    _ samples: [UInt8], _ width: Int, _ height: Int, _ type: Int, palette: [UInt8], named name: String
  ) throws -> Data {
    guard width > 0 && height > 0 && width <= Int32.max && height <= Int32.max else {
      throw InputError(
        name, found: "an image of \(width) x \(height) pixels to write", expected: "1 to 2^31 - 1 each way",
        advice: "An empty image can't be a PNG: check where it comes from.")
    }
    var file = cpng_file()
    defer { cpng_free_file(&file) }
    let status = cpng_encode(
      samples, UInt32(width), UInt32(height), Int32(type), palette, Int32(palette.count / 3), &file)
    guard Int(status) == CPNG_OK, let bytes = file.bytes else {
      throw InputError(
        name, found: "libpng could not encode it (\(file.message.map { String(cString: $0) } ?? "out of memory"))",
        expected: "an image that fits into memory twice", advice: "Close other programs, or write a smaller image.")
    }
    return Data(bytes: bytes, count: file.count)
  }
}
