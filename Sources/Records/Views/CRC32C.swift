/// The Castagnoli checksum that TensorBoard's files carry: polynomial 0x1EDC6F41, bits reflected, as in RFC 3720 (iSCSI), appendix
/// B.4.
enum CRC32C {
  /// For each byte, what eight steps of the division leave.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
  }

  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { value, byte in table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] ^ value >> 8 }
  }

  /// As TFRecord stores it, turned and shifted, so that a checksum of data that holds checksums isn't weak: tensorflow's
  /// `tensorflow/tsl/lib/hash/crc32c.h`.
  static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let crc = checksum(bytes)
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }
}
