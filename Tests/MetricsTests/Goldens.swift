import Foundation

/// What `Goldens/make_goldens.py` had SciPy say.
struct Goldens: Decodable {
  struct Sample: Decodable {
    let values: [Double]
    let level: Double
    let lower: Double
    let upper: Double
    /// p values of one-sample t tests against the level.
    let above: Double
    let below: Double
    let other: Double
  }

  struct Ratio: Decodable {
    let numerators: [Double]
    let denominators: [Double]
    let mean: Double
    let lower: Double
    let upper: Double
    /// Fieller's interval of the ratio of means.
    let fieller: [Double]
    /// p values against 0.98.
    let above: Double
    let below: Double

    var pairs: [(Double, Double)] { Array(zip(numerators, denominators)) }
  }

  /// Degrees, probability, t.
  let quantiles: [[Double]]
  /// Degrees, t, P(T > t).
  let tails: [[Double]]
  let samples: [Sample]
  let ratios: [Ratio]

  static func load() throws -> Goldens {
    let file = Bundle.module.bundleURL.appendingPathComponent("Goldens/student.json")
    return try JSONDecoder().decode(Goldens.self, from: Data(contentsOf: file))
  }
}

/// Whether two numbers agree to a relative error; a number of at most 1e-300 stands for 0.
func agree(_ a: Double, _ b: Double, within error: Double) -> Bool {
  a == b || abs(a - b) <= error * max(abs(a), abs(b), 1e-300)
}
