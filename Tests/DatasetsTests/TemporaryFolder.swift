import CZlib
import Datasets
import Foundation
import Images
import Support
import Testing

/// A folder that is removed with the last reference to it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("rss-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
  }

  func write(_ text: String, to name: String) throws { try write([UInt8](text.utf8), to: name) }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }
}

/// The bytes as a gzip file.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("gzip-\(UUID().uuidString)").path
  defer { try? FileManager.default.removeItem(atPath: path) }
  let file = gzopen(path, "wb1")
  gzwrite(file, bytes, UInt32(bytes.count))
  gzclose_w(file)
  return [UInt8](FileManager.default.contents(atPath: path) ?? Data())
}

/// An IDX file of unsigned bytes.
func idx(_ sizes: [Int], _ elements: [UInt8]) -> [UInt8] {
  func bigEndian(_ number: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(number >> $0 & 255) } }
  return bigEndian(0x0800 + sizes.count) + sizes.flatMap(bigEndian) + elements
}

/// A Fashion-MNIST in which a garment's intensity tells where it comes from: 250 for training images, 200 for the
/// held-out tenth, 100 for test images. Classes alternate so that each part has all ten; a garment is a square of 20
/// pixels in the middle.
func writeFashion(_ folder: TemporaryFolder, train: Int = 400, test: Int = 50) throws {
  func garment(_ intensity: UInt8) -> [UInt8] {
    var pixels = [UInt8](repeating: 0, count: 28 * 28)
    for y in 4..<24 { for x in 4..<24 { pixels[y * 28 + x] = intensity } }
    return pixels
  }
  func part(_ name: String, _ count: Int, _ intensity: (Int) -> UInt8) throws {
    let pixels = (0..<count).flatMap { garment(intensity($0)) }
    try folder.write(gzip(idx([count, 28, 28], pixels)), to: "\(name)-images-idx3-ubyte.gz")
    let labels = (0..<count).map { UInt8(($0 / 10 + $0) % 10) }
    try folder.write(gzip(idx([count], labels)), to: "\(name)-labels-idx1-ubyte.gz")
  }
  try part("train", train) { $0 % 10 == 9 ? 200 : 250 }
  try part("t10k", test) { _ in 100 }
}

/// A sample of class ids counting up pixel by pixel, each channel of a pixel being its class / 10.
func encodedSample(width: Int, height: Int, channels: Int, first: Int = 0, classes: Int = 4) -> Sample {
  let labels = (0..<width * height).map { UInt8(($0 + first) % classes) }
  let values = labels.flatMap { [Float](repeating: Float($0) / 10, count: channels) }
  return Sample(
    image: Image(width: width, height: height, channels: channels, values: values),
    labels: LabelMap(width: width, height: height, classes: labels))
}

/// A data set's folder with splits train (`train` ids) and val (3 ids), 6 x 4 pixels, classes sky, road, car.
func writeFolder(_ folder: TemporaryFolder, train: Int = 25) throws {
  try folder.makeFolder("images")
  try folder.makeFolder("labels")
  try folder.write("0 sky\n1 road\n2 car\n255 void\n", to: "classes.txt")
  let ids = (0..<train + 3).map { "frame\($0)" }
  try folder.write(ids.prefix(train).joined(separator: "\n") + "\n", to: "train.txt")
  try folder.write("\n  \(ids.suffix(3).joined(separator: " \r\n"))\n\n", to: "val.txt")
  for (number, id) in ids.enumerated() {
    let sample = encodedSample(width: 6, height: 4, channels: 3, first: number, classes: 3)
    try PNG.write(sample.image, to: "\(folder.path)/images/\(id).png")
    try PNG.write(sample.labels, palette: grey, to: "\(folder.path)/labels/\(id).png")
  }
}

let grey = (0..<UInt8(4)).map { RGB(red: $0, green: $0, blue: $0) }

/// The `InputError` that the work throws; records an issue when it throws none.
func inputError(_ work: () throws -> some Any) -> InputError {
  do {
    _ = try work()
    Issue.record("nothing was thrown")
  } catch let error as InputError {
    return error
  } catch {
    Issue.record("not an InputError: \(error)")
  }
  return InputError("", found: "", expected: "", advice: "")
}
