import Foundation
import Images
import Networks
import Randomness
import Testing

@testable import WeakSupervision

/// Probabilities drawn at random; the same for the same seed.
func randomScores(height: Int, width: Int, classes: Int, seed: UInt64) -> ClassScores {
  var random = RandomStream(seed: seed, purpose: .scenes)
  var scores = ClassScores(height: height, width: width, classes: classes, fill: 0)
  for pixel in 0..<scores.pixels {
    let numbers = (0..<classes).map { _ in random.uniform(in: 0.05...1) }
    for k in 0..<classes { scores.values[pixel * classes + k] = numbers[k] / numbers.reduce(0, +) }
  }
  return scores
}

/// A bright half and a dark half, with noise.
func twoColours(height: Int, width: Int, channels: Int, seed: UInt64) -> Image {
  var random = RandomStream(seed: seed, purpose: .scenes)
  var image = Image(width: width, height: height, channels: channels, fill: 0)
  for y in 0..<height {
    for x in 0..<width {
      for c in 0..<channels { image[x, y, c] = (2 * x < width ? 0.2 : 0.7) + random.uniform(in: -0.05...0.05) }
    }
  }
  return image
}

extension ClassScores {
  /// The classes in another order: class k of the result is class `order[k]`.
  func permuted(_ order: [Int]) -> ClassScores {
    let permuted = (0..<pixels).flatMap { pixel in order.map { values[pixel * classes + $0] } }
    return ClassScores(height: height, width: width, classes: order.count, values: permuted)
  }

  /// The sum of each pixel's scores.
  var sums: [Float] { (0..<pixels).map { values[$0 * classes..<($0 + 1) * classes].reduce(0, +) } }
}

/// The largest and the mean difference.
func difference(_ a: [Float], _ b: [Float]) -> (largest: Float, mean: Float) {
  precondition(a.count == b.count)
  let differences = zip(a, b).map { abs($0 - $1) }
  return (differences.max() ?? 0, differences.reduce(0, +) / Float(max(1, differences.count)))
}

/// What `Goldens/make_goldens.py` made of one case.
struct CRFGolden {
  let image: Image
  let scores: ClassScores
  /// Marginals by a brute-force sum in double precision.
  let exact: [Float]
  /// Marginals by pydensecrf.
  let pydensecrf: [Float]

  init(_ name: String) throws {
    let path = Bundle.module.bundleURL.appendingPathComponent("Goldens/crf.safetensors").path
    let file = try Safetensors(contentsOf: path)
    let samples = try #require(file.bytes["\(name).image"])
    let probabilities = try #require(file.tensors["\(name).probabilities"])
    let (height, width) = (samples.shape[0], samples.shape[1])
    image = Image(
      width: width, height: height, channels: samples.shape[2], values: samples.values.map { Float($0) / 255 })
    scores = ClassScores(
      height: height, width: width, classes: probabilities.shape[2], values: probabilities.scalars)
    exact = try #require(file.tensors["\(name).exact"]).scalars
    pydensecrf = try #require(file.tensors["\(name).pydensecrf"]).scalars
  }
}
