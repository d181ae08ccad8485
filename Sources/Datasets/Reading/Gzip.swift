import CZlib
import Support

/// gzip files, by zlib's own reader, which checks each member's CRC.
package enum Gzip {
  /// The content of a gzip file.
  ///
  /// - Parameters:
  ///   - expected: what the file should be, for errors.
  ///   - advice: what to do where it isn't.
  ///   - limit: the most bytes to accept, so that a small malicious file can't fill the memory.
  /// - Throws: `InputError` as `FileBytes.read`, and for a file that is cut off, damaged, or larger than the limit once
  ///   decompressed.
  package static func read(_ path: String, expected: String, advice: String, limit: Int) throws -> [UInt8] {
    _ = try FileBytes.size(path, expected: expected, advice: advice)
    func complaint(_ found: String) -> InputError {
      InputError(path, found: found, expected: "a complete gzip file", advice: "Download or install the file again.")
    }
    guard let file = gzopen(path, "rb") else { throw complaint("a file that can't be read") }
    defer { gzclose_r(file) }
    // One byte over the limit tells a file that ends there from one that goes on.
    var (content, piece) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 17))
    while content.count <= limit {
      let count = Int(gzread(file, &piece, UInt32(min(piece.count, limit + 1 - content.count))))
      if count <= 0 { break }
      content += piece[..<count]
    }
    var status = Z_OK
    _ = gzerror(file, &status)
    switch status {
    case Z_OK, Z_STREAM_END: break
    case Z_BUF_ERROR: throw complaint("a gzip file that ends too early")
    case Z_MEM_ERROR: throw complaint("no memory left to decompress it")
    default: throw complaint("bytes that are no valid gzip file")
    }
    // What doesn't begin as gzip, zlib would hand over as it is.
    guard gzdirect(file) == 0 else { throw complaint("bytes that are no valid gzip file") }
    guard content.count <= limit else { throw complaint("more than \(limit) bytes once decompressed") }
    return content
  }
}
