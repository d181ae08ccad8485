import Foundation
import Images
import Support
import Testing

/// The first bytes decide, not the name.
@Test func filesWithTheWrongNameAreRead() throws {
  try inTemporaryFolder { folder in
    for (source, name) in [("rgb420.jpg", "a.png"), ("rgb8.png", "a.jpg"), ("grey8.png", "noname")] {
      try FileManager.default.copyItem(atPath: Goldens.path(source), toPath: "\(folder)/\(name)")
      let image = try ImageFile.read(at: "\(folder)/\(name)", channels: nil)
      let expected =
        source.hasSuffix("png")
        ? try PNG.readImage(at: Goldens.path(source)) : try JPEG.readImage(at: Goldens.path(source))
      #expect(image == expected)
      #expect(try ImageFile.read(at: "\(folder)/\(name)", channels: 3).channels == 3)
    }
  }
}

@Test func otherKindsAreNamedByTheirFirstBytes() throws {
  try inTemporaryFolder { folder in
    try Data([0x42, 0x4D, 0, 0x0F, 0xFF]).write(to: URL(fileURLWithPath: "\(folder)/a.bmp"))
    let error = #expect(throws: InputError.self) { try ImageFile.read(at: "\(folder)/a.bmp", channels: nil) }
    #expect(error?.found == "a file that begins with the bytes 42 4d 00 0f ff")
    #expect(error?.expected == "a PNG or JPEG image")
  }
}
