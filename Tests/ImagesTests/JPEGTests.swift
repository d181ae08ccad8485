import Images
import Support
import Testing

/// Pillow brings its own libjpeg, so a sample may be rounded to the next level; more than that is a fault.
@Test func goldenJPEGsAreRead() throws {
  for (name, file) in try Goldens.load().jpeg {
    let image = try JPEG.readImage(at: Goldens.path(name))
    #expect(image.width == file.width && image.height == file.height && image.channels == file.channels, "\(name)")
    for (found, expected) in zip(image.values, file.samples) {
      #expect(abs(found * 255 - Float(expected)) < 1.01, "\(name)")
    }
    #expect(try JPEG.readImage(at: Goldens.path(name), channels: 1) == image.converted(toChannels: 1))
    #expect(try JPEG.readImage(at: Goldens.path(name), channels: 3) == image.converted(toChannels: 3))
  }
}

@Test func fourInksAreRefused() {
  let error = #expect(throws: InputError.self) { try JPEG.readImage(at: Goldens.path("cmyk.jpg")) }
  #expect(error?.found == "a JPEG of four inks (CMYK)")
}

/// Bytes between the pixels and the next marker harm nobody, and old cameras write them.
@Test func extraBytesBeforeAMarkerAreAccepted() throws {
  var bytes = try Goldens.bytes("grey.jpg")
  let whole = try JPEG.decodeImage(bytes, named: "whole")
  bytes.insert(contentsOf: [0, 0, 0, 0, 0, 0], at: bytes.count - 2)
  #expect(try JPEG.decodeImage(bytes, named: "extra") == whole)
  #expect(try JPEG.decodeImage(bytes + [1, 2, 3], named: "trailing") == whole)
}
