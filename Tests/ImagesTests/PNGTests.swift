import Foundation
import Images
import Support
import Testing

@Test func goldenSamplesAreRead() throws {
  let goldens = try Goldens.load()
  #expect(goldens.files.count == 21)
  for (name, file) in goldens.files {
    let image = try PNG.readImage(at: Goldens.path(name))
    let expected = Image(
      width: file.width, height: file.height, channels: file.channels,
      values: file.samples.map { Float($0) / Float(file.maximum) })
    #expect(image == expected, "\(name)")
    for channels in [1, 3] {
      #expect(
        try PNG.readImage(at: Goldens.path(name), channels: channels) == expected.converted(toChannels: channels),
        "\(name) as \(channels) channels")
    }
  }
}

@Test func goldenLabelsAreReadRaw() throws {
  for (name, file) in try Goldens.load().files {
    if let labels = file.labels {
      let map = try PNG.readLabels(at: Goldens.path(name))
      #expect(map == LabelMap(width: file.width, height: file.height, classes: labels), "\(name)")
    } else {
      let error = #expect(throws: InputError.self, "\(name)") { try PNG.readLabels(at: Goldens.path(name)) }
      #expect(error?.expected == "labels: a palette or grey PNG of at most 8 bits")
    }
  }
}

@Test func refusedLabelsSayWhatTheFileIs() {
  for (name, kind) in [
    ("rgb16.png", "16-bit RGB"), ("grey16.png", "16-bit grey"), ("rgba8.png", "8-bit RGB with alpha"),
  ] {
    let error = #expect(throws: InputError.self) { try PNG.readLabels(at: Goldens.path(name)) }
    #expect(error?.found == "a PNG of \(kind)")
    #expect(error?.subject == Goldens.path(name))
  }
}

@Test(arguments: 1...4)
func writtenImagesReadBack(channels: Int) throws {
  let values = (0..<16 * 16 * channels).map { Float(($0 * 7) % 256) / 255 }
  let image = Image(width: 16, height: 16, channels: channels, values: values)
  try inTemporaryFolder { folder in
    try PNG.write(image, to: "\(folder)/a.png")
    #expect(try PNG.readImage(at: "\(folder)/a.png") == image)
    #expect(try FileManager.default.contents(atPath: "\(folder)/a.png") == PNG.encode(image))
  }
}

@Test func valuesOutsideTheRangeAreBounded() throws {
  let image = Image(width: 6, height: 1, channels: 1, values: [-1, 2, .nan, .infinity, -.infinity, 0.5])
  let written = try PNG.decodeImage(Array(PNG.encode(image)), named: "memory")
  #expect(written.values == [0, 1, 0, 1, 0, 128.0 / 255])
}

@Test func writtenLabelsReadBack() throws {
  let palette = (0..<21).map { RGB(red: UInt8(10 * $0), green: 3, blue: UInt8(255 - 10 * $0)) }
  let map = LabelMap(width: 23, height: 1, classes: (0...21).map(UInt8.init) + [LabelMap.void])
  try inTemporaryFolder { folder in
    let path = "\(folder)/labels.png"
    try PNG.write(map, palette: palette, to: path)
    #expect(try PNG.readLabels(at: path) == map)
    let colours = try PNG.readImage(at: path).values.map { UInt8($0 * 255) }
    #expect(Array(colours[60..<63]) == [200, 3, 55])
    #expect(Array(colours[66..<69]) == [224, 224, 192])  // void, which the palette doesn't name
  }
  let full = (0...255).map { RGB(red: UInt8($0), green: 0, blue: 0) }
  #expect(try PNG.decodeLabels(Array(PNG.encode(map, palette: full)), named: "memory") == map)
  let one = LabelMap(width: 1, height: 1, fill: 0)
  #expect(try PNG.decodeLabels(Array(PNG.encode(one, palette: [])), named: "memory") == one)
}

@Test func anEmptyImageIsRefused() {
  #expect(throws: InputError.self) { try PNG.encode(Image(width: 0, height: 2, channels: 1, values: [])) }
  #expect(throws: InputError.self) { try PNG.encode(LabelMap(width: 2, height: 0, classes: []), palette: []) }
}

@Test func aFolderThatIsMissingIsNamed() {
  let path = "/nonexistent/a.png"
  let error = #expect(throws: InputError.self) {
    try PNG.write(Image(width: 1, height: 1, channels: 1, fill: 0), to: path)
  }
  #expect(error?.subject == path)
}
