import Datasets
import Foundation
import Images
import Support

/// Readers of images and of the files that data sets are packed in.
///
/// - Parameter repository: where the goldens of the tests are, which are the seeds.
/// - Throws: `InputError` where one can't be read.
func imageTargets(repository: String) throws -> [FuzzTarget] {
  let goldens = "\(repository)/Tests/ImagesTests/Goldens"
  func seeds(_ names: [String]) throws -> [[UInt8]] {
    try names.map {
      try FileBytes.read("\(goldens)/\($0)", expected: "a golden of the tests", advice: "Run make fuzz.")
    }
  }
  let pngs = try seeds([
    "grey1.png", "grey8.png", "grey16.png", "grey_alpha8.png", "rgb8.png", "rgb16_interlaced.png", "rgba8.png",
    "palette1.png", "palette8.png", "palette8_interlaced.png", "palette8_transparent.png",
  ])
  let jpegs = try seeds(["grey.jpg", "rgb420.jpg", "rgb444.jpg", "progressive.jpg", "cmyk.jpg"])
  let idx: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 2] + (0..<12).map { UInt8($0) }
  // The IDX file above and nothing, each as Python's gzip.compress with mtime=0 writes it.
  let member = [UInt8](Data(base64Encoded: "H4sIAAAAAAAC/2Ng4GBmYGBgAmIIzcjEzMLKxs7BycUNAL4ME94cAAAA") ?? Data())
  let empty = [UInt8](Data(base64Encoded: "H4sIAAAAAAAC/wMAAAAAAAAAAAA=") ?? Data())
  return [
    FuzzTarget(name: "png image", seeds: pngs) { _ = try PNG.decodeImage($0, named: $1, channels: 3) },
    FuzzTarget(name: "png labels", seeds: pngs) { _ = try PNG.decodeLabels($0, named: $1) },
    FuzzTarget(name: "jpeg", seeds: jpegs) { _ = try JPEG.decodeImage($0, named: $1, channels: 1) },
    FuzzTarget(name: "label file", seeds: pngs) { _, path in
      _ = try LabelFile.size(path)
      _ = try LabelFile.read(path, classes: ["a", "b"])
    },
    FuzzTarget(name: "gzip", seeds: [member, empty + member]) { _, path in
      _ = try Gzip.read(path, expected: "a packed file", advice: "Pack it again.", limit: 1 << 16)
    },
    FuzzTarget(name: "idx", seeds: [idx]) { _ = try IDXFile($0, path: $1, dimensions: 3) },
  ]
}
