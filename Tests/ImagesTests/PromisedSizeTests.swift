import Foundation
import Support
import Testing

@testable import Images

/// Small files that promise much are refused before memory or time is taken.
@Suite struct PromisedSizeTests {
  /// A PNG of zeros, as it is stored: signature, header, one empty-looking stream of deflate, end.
  private func png(width: UInt32, height: UInt32, depth: UInt8, colour: UInt8, padding: Int) -> [UInt8] {
    func bigEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
    func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
      let body = Array(name.utf8) + data
      return bigEndian(UInt32(data.count)) + body + bigEndian(checksum(body))
    }
    return PNG.signature
      + chunk("IHDR", bigEndian(width) + bigEndian(height) + [depth, colour, 0, 0, 0])
      + chunk("IDAT", [UInt8](repeating: 0, count: padding)) + chunk("IEND", [])
  }

  private func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
  }

  @Test(
    arguments: [
      (16384, 16384, 1, 0), (8193, 8192, 8, 0), (8192, 8192, 16, 2), (2_147_483_647, 2_147_483_647, 8, 0),
      (2_147_483_647, 1, 16, 6),
    ] as [(UInt32, UInt32, UInt8, UInt8)])
  func aPNGOfTooManyPixels(width: UInt32, height: UInt32, depth: UInt8, colour: UInt8) {
    let bytes = png(width: width, height: height, depth: depth, colour: colour, padding: 34_000)
    for read in [
      { _ = try PNG.decodeImage(bytes, named: "a.png") }, { _ = try PNG.decodeLabels(bytes, named: "a.png") },
    ] {
      let error = #expect(throws: InputError.self) { try read() }
      #expect(error?.found.hasPrefix("\(width) x \(height) pixels") == true, "\(error as Any)")
      #expect(error?.expected == "at most 2^26 pixels (8192 x 8192)")
    }
  }

  /// The last scan of a progressive file once more and once more: each goes over all of the picture.
  @Test func aJPEGOfManyScans() throws {
    let bytes = try Goldens.bytes("progressive.jpg")
    let starts = bytes.indices.dropLast().filter { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA }
    let last = try #require(starts.last)
    let scan = bytes[last..<bytes.count - 2]
    func repeated(_ count: Int) -> [UInt8] {
      bytes.dropLast(2) + (0..<count).flatMap { _ in scan } + bytes.suffix(2)
    }
    let error = #expect(throws: InputError.self) { try JPEG.decodeImage(repeated(5000), named: "a.jpg") }
    #expect(error?.found.contains("more than 100 scans") == true || error?.found.contains("libjpeg") == true)
    #expect(throws: Never.self) { try JPEG.decodeImage(bytes, named: "a.jpg") }
  }
}
