import Foundation
import Images
import Metrics
import Randomness
import Support
import WeakSupervision

/// Times the dense CRF on a made-up picture: discs of one colour each on a ground, with noise.
package struct CRFBenchmark: Sendable {
  package var width: Int
  package var height: Int
  package var classes: Int
  package var iterations: Int
  /// Timed refinements, after one that warms up.
  package var rounds: Int

  /// - Throws: `InputError` for a benchmark that can't be.
  package init(width: Int, height: Int, classes: Int, iterations: Int, rounds: Int) throws {
    for (option, value, range) in [
      ("--width", width, 1...4096), ("--height", height, 1...4096), ("--classes", classes, 1...255),
      ("--iterations", iterations, 0...10_000), ("--rounds", rounds, 1...100_000),
    ] where !range.contains(value) {
      throw InputError(
        option, found: "\(value)", expected: "\(range.lowerBound) to \(range.upperBound)",
        advice: "160 x 120 pixels, 11 classes and 10 iterations are the benchmark's.")
    }
    (self.width, self.height, self.classes) = (width, height, classes)
    (self.iterations, self.rounds) = (iterations, rounds)
  }

  package struct Result: Codable, Sendable {
    /// Median, for one image on one thread.
    package var crfMilliseconds: Double
    package var width: Int
    package var height: Int
    package var classes: Int
    package var iterations: Int

    package var summary: String {
      String(
        format: "dense CRF %.1f ms (median; %d x %d, %d classes, %d iterations, one thread)", crfMilliseconds, width,
        height, classes, iterations)
    }
  }

  /// Refines the same scores `rounds` times, from the image to the marginals: lattices are built anew each time.
  package func run() throws -> Result {
    let (image, scores) = picture()
    let crf = DenseCRF(iterations: iterations)
    var times: [Double] = []
    for round in 0...rounds {
      let start = ContinuousClock.now
      _ = try crf.refine(image, scores)
      if round > 0 { times.append((ContinuousClock.now - start) / .milliseconds(1)) }
    }
    return Result(
      crfMilliseconds: median(times), width: width, height: height, classes: classes, iterations: iterations)
  }

  /// Noise of a tenth of the range makes more lattice vertices than a photograph has.
  func picture() -> (Image, ClassScores) {
    var random = RandomStream(seed: 1, purpose: .scenes)
    var image = Image(width: width, height: height, channels: 3, fill: 0)
    var scores = ClassScores(height: height, width: width, classes: classes, fill: 0)
    let discs = (0..<classes).map { _ in
      (
        x: random.uniform() * Float(width), y: random.uniform() * Float(height),
        colour: (0..<3).map { _ in random.uniform() }
      )
    }
    let radius = Float(min(width, height)) / 4
    for y in 0..<height {
      for x in 0..<width {
        let inside = discs.lastIndex {
          ($0.x - Float(x)) * ($0.x - Float(x)) + ($0.y - Float(y)) * ($0.y - Float(y)) < radius * radius
        }
        let label = inside ?? 0
        for c in 0..<3 {
          image[x, y, c] = min(1, max(0, discs[label].colour[c] + random.uniform(in: -0.05...0.05)))
        }
        for k in 0..<classes { scores[x, y, k] = random.uniform() + (k == label ? 1 : 0) }
      }
    }
    return (image, scores)
  }
}
