import Foundation
import Images
import Support
import Testing

@Test func pathsWithoutAnImage() throws {
  try inTemporaryFolder { folder in
    let empty = "\(folder)/empty.png"
    let text = "\(folder)/text.png"
    try Data().write(to: URL(fileURLWithPath: empty))
    try Data("<html>\n404".utf8).write(to: URL(fileURLWithPath: text))
    let cases = [
      ("\(folder)/missing.png", "no such file"), (empty + "/under-a-file", "no such file"),
      (folder, "a folder, not a file"),
      (empty, "an empty file"), (text, "text that begins “<html> 4”"),
      ("/dev/null", "something that is not a regular file"),
    ]
    for (path, found) in cases {
      let readers: [(String) throws -> Void] = [
        { _ = try PNG.readImage(at: $0) }, { _ = try PNG.readLabels(at: $0) }, { _ = try JPEG.readImage(at: $0) },
        { _ = try ImageFile.read(at: $0, channels: 3) },
      ]
      for reader in readers {
        let error = #expect(throws: InputError.self) { try reader(path) }
        #expect(error?.subject == path)
        #expect(error?.found == found)
      }
    }
  }
}

@Test(arguments: ["grey1.png", "rgb8.png", "palette8.png", "rgb8_interlaced.png", "rgb16_interlaced.png"])
func everyTruncatedPNGIsAnError(name: String) throws {
  let bytes = try Goldens.bytes(name)
  for end in 0..<bytes.count {
    #expect(throws: InputError.self, "\(name) cut off at \(end)") {
      try PNG.decodeImage(Array(bytes.prefix(end)), named: name)
    }
  }
}

@Test(arguments: ["grey.jpg", "rgb444.jpg", "rgb420.jpg", "progressive.jpg"])
func everyTruncatedJPEGIsAnError(name: String) throws {
  let bytes = try Goldens.bytes(name)
  for end in 0..<bytes.count {
    #expect(throws: InputError.self, "\(name) cut off at \(end)") {
      try JPEG.decodeImage(Array(bytes.prefix(end)), named: name)
    }
  }
}

/// Every chunk of this file is critical, so a change of any byte is caught by a checksum, the signature or the size of a
/// chunk, and libpng's own words are passed on.
@Test func wrongChecksumsAreErrors() throws {
  let bytes = try Goldens.bytes("palette8_interlaced.png")
  for offset in bytes.indices {
    var damaged = bytes
    damaged[offset] ^= 0x10
    #expect(throws: InputError.self, "byte \(offset)") { try PNG.decodeLabels(damaged, named: "damaged") }
  }
  var damaged = bytes
  damaged[16] ^= 1  // the width in the header
  let error = #expect(throws: InputError.self) { try PNG.decodeImage(damaged, named: "damaged") }
  #expect(error?.found.contains("IHDR: CRC error") == true, "\(error?.found ?? "")")
}

/// Nothing crashes or hangs: damaged files are errors, or, where the damage is in what nothing checks, images.
@Test func damagedPNGsNeverCrash() throws {
  for name in try Goldens.load().files.keys.sorted() {
    let (cut, changed) = damagedCopies(of: try Goldens.bytes(name), changed: 200)
    for bytes in cut {
      #expect(throws: InputError.self) { try PNG.decodeImage(bytes, named: name) }
      #expect(throws: InputError.self) { try PNG.decodeLabels(bytes, named: name) }
    }
    for bytes in changed {
      for copy in [bytes, withRightChecksums(bytes)] {
        _ = try? PNG.decodeImage(copy, named: name)
        _ = try? PNG.decodeLabels(copy, named: name)
      }
    }
  }
}

@Test func damagedJPEGsNeverCrash() throws {
  for name in ["grey.jpg", "rgb444.jpg", "rgb420.jpg", "progressive.jpg", "cmyk.jpg"] {
    let (cut, changed) = damagedCopies(of: try Goldens.bytes(name), changed: 400)
    for bytes in cut {
      #expect(throws: InputError.self) { try JPEG.decodeImage(bytes, named: name) }
    }
    for bytes in changed { _ = try? JPEG.decodeImage(bytes, named: name) }
  }
}

/// A header of a vast picture with little behind it must not make the machine allocate one.
@Test func vastHeadersAreRefusedBeforeMemoryIsAskedFor() throws {
  let bytes = try Goldens.bytes("grey8.png")
  func withSize(_ width: UInt32, _ height: UInt32) -> [UInt8] {
    var copy = bytes
    for (i, size) in [width, height].enumerated() {
      for byte in 0..<4 { copy[16 + 4 * i + byte] = UInt8(truncatingIfNeeded: size >> (24 - 8 * UInt32(byte))) }
    }
    return withRightChecksums(copy)
  }
  let tooLarge = #expect(throws: InputError.self) { try PNG.decodeImage(withSize(1 << 20, 1 << 20), named: "vast") }
  #expect(tooLarge?.found == "1048576 x 1048576 pixels")
  let tooShort = #expect(throws: InputError.self) { try PNG.decodeImage(withSize(1 << 13, 1 << 13), named: "vast") }
  #expect(tooShort?.found.contains("too short for the size in its header") == true)

  var jpeg = try Goldens.bytes("rgb444.jpg")
  let frame = try #require(jpeg.indices.dropLast().first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
  for offset in frame + 5..<frame + 9 { jpeg[offset] = 0xF0 }
  let error = #expect(throws: InputError.self) { try JPEG.decodeImage(jpeg, named: "vast") }
  #expect(error?.found == "61680 x 61680 pixels")
}

/// The file with every chunk's checksum made right, so that damage reaches the code behind the check.
private func withRightChecksums(_ bytes: [UInt8]) -> [UInt8] {
  var copy = bytes
  var start = 8
  while start + 12 <= copy.count {
    let length = copy[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    guard start + 12 + length <= copy.count else { break }
    let checksum = crc32(copy[start + 4..<start + 8 + length])
    for byte in 0..<4 {
      copy[start + 8 + length + byte] = UInt8(truncatingIfNeeded: checksum >> (24 - 8 * UInt32(byte)))
    }
    start += 12 + length
  }
  return copy
}

/// The PNG standard's checksum, bit by bit.
private func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  var sum = ~UInt32(0)
  for byte in bytes {
    sum ^= UInt32(byte)
    for _ in 0..<8 {
      let low = sum & 1
      sum >>= 1
      if low == 1 { sum ^= 0xEDB8_8320 }
    }
  }
  return ~sum
}
