import Foundation
import Images
import Support

/// Reads one label file and checks it against the class list.
package enum LabelFile {
  /// - Parameter classes: the names of the ids that may occur, besides 255.
  /// - Throws: `InputError` for a file that is no 8-bit PNG, and for ids that aren't in the class list: which, and on
  ///   how many pixels.
  package static func read(_ path: String, classes: [String]) throws -> LabelMap {
    let labels = try PNG.readLabels(at: path)
    let unknown = labels.histogram().enumerated().filter { id, pixels in
      pixels > 0 && id >= classes.count && id != Int(LabelMap.void)
    }
    guard unknown.isEmpty else {
      let most = 5  // ids to list; a photograph saved as a label file has 200
      let listed = unknown.prefix(most).map { "\($0.offset) (on \($0.element) pixels)" }.joined(separator: ", ")
      let rest = unknown.count > most ? " and \(unknown.count - most) more" : ""
      throw InputError(
        path, found: "the class id\(unknown.count == 1 ? "" : "s") \(listed)\(rest)",
        expected: "ids 0...\(classes.count - 1) as in classes.txt, or 255 for void",
        advice: "Correct the labels, or add the class to classes.txt.")
    }
    return labels
  }

  /// The size written in a PNG's header, without decoding it.
  ///
  /// - Throws: `InputError` when the file can't be read, doesn't begin as a PNG, or promises no pixels or more than can
  ///   be read: batches are made for this size before the file is decoded.
  package static func size(_ path: String) throws -> PixelSize {
    let expected = "an 8-bit PNG"
    let advice = "Save the labels again as an 8-bit grey or palette PNG."
    let header = 24  // signature 8, chunk length 4, "IHDR" 4, width 4, height 4 (PNG specification, 11.2.2)
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw InputError(path, found: "no file that can be read", expected: expected, advice: advice)
    }
    defer { try? file.close() }
    let bytes = [UInt8]((try? file.read(upToCount: header)) ?? Data())
    let isPNG = bytes.count == header && bytes[1..<4].elementsEqual("PNG".utf8)
    guard isPNG, bytes[12..<16].elementsEqual("IHDR".utf8) else {
      throw InputError(path, found: "no PNG", expected: expected, advice: advice)
    }
    func number(_ offset: Int) -> Int { bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
    let (width, height) = (number(16), number(20))
    guard width > 0, height > 0 else {
      throw InputError(path, found: "\(width) x \(height) pixels", expected: expected, advice: advice)
    }
    guard width <= ImageFile.mostPixels / height else { throw tooLarge(path, "\(width) x \(height) pixels") }
    return PixelSize(width: width, height: height)
  }
}
