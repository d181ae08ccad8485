import CZlib
import Support

/// gzip files, whole and in memory.
package enum Gzip {
  /// Decompresses a gzip file and checks its CRC.
  ///
  /// - Parameters:
  ///   - path: names the file in errors; nothing is read from it.
  ///   - limit: the most bytes to accept, so that a small malicious file can't fill the memory.
  /// - Throws: `InputError` when the file is truncated, corrupt or larger than the limit once decompressed.
  package static func decompress(_ data: [UInt8], path: String, limit: Int) throws -> [UInt8] {
    var buffer: UnsafeMutablePointer<UInt8>?
    var written = 0
    let status = data.withUnsafeBufferPointer { bytes in
      rss_gzip_decompress(bytes.baseAddress, data.count, limit, &buffer, &written)
    }
    defer { rss_gzip_release(buffer) }
    let found: String
    switch UInt32(status) {
    case RSS_GZIP_OK.rawValue: return Array(UnsafeBufferPointer(start: buffer, count: written))
    case RSS_GZIP_TRUNCATED.rawValue: found = "a gzip file that ends too early (\(data.count) bytes)"
    case RSS_GZIP_TOO_LARGE.rawValue: found = "more than \(limit) bytes once decompressed"
    case RSS_GZIP_NO_MEMORY.rawValue: found = "no memory left to decompress it"
    default: found = "bytes that are no valid gzip file"
    }
    throw InputError(
      path, found: found, expected: "a complete gzip file", advice: "Download or install the file again.")
  }
}
