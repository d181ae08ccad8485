import Foundation
import Images

@testable import WeakSupervision

extension DenseCRF {
  /// The marginals Q as `refine` approximates them, with the kernels summed exactly in double precision: what the fast
  /// way is measured against.
  ///
  /// - Returns: `[H, W, K]` probabilities.
  /// - Throws: as `refine`.
  /// - Cost: O(pixels^2 classes) an iteration, and 8 pixels^2 bytes: 12 MB for 40 x 30 pixels, 3 GB for 160 x 120.
  func exactMarginals(_ image: Image, _ scores: ClassScores) throws -> [Double] {
    try validate()
    try scores.validate(for: image)
    let classes = scores.classes
    let unary = try scores.probabilities().values.map { log(Double(max($0, Self.leastProbability))) }
    let messages = try features(of: image).map { Self.normalizedKernel($0.features, weight: Double($0.weight)) }
    let pixels = scores.pixels
    var interaction = [Double](repeating: 0, count: pixels * pixels)
    for kernel in messages { for i in interaction.indices { interaction[i] += kernel[i] } }
    var marginals = Self.softmax(unary, classes: classes)
    for _ in 0..<iterations {
      var logits = unary
      for i in 0..<pixels {
        for j in 0..<pixels {
          let weight = interaction[i * pixels + j]
          for k in 0..<classes { logits[i * classes + k] += weight * marginals[j * classes + k] }
        }
      }
      marginals = Self.softmax(logits, classes: classes)
    }
    return marginals
  }

  /// w K(i, j) / sqrt(n_i n_j) of all pairs.
  private static func normalizedKernel(_ features: PointFeatures, weight: Double) -> [Double] {
    let (count, dimensions) = (features.count, features.dimensions)
    let values = features.values.map(Double.init)
    var kernel = [Double](repeating: 1, count: count * count)
    for i in 0..<count {
      for j in 0..<i {
        var squares = 0.0
        for d in 0..<dimensions {
          let difference = values[i * dimensions + d] - values[j * dimensions + d]
          squares += difference * difference
        }
        kernel[i * count + j] = exp(-squares / 2)
        kernel[j * count + i] = kernel[i * count + j]
      }
    }
    let roots = (0..<count).map { i in kernel[i * count..<(i + 1) * count].reduce(0, +).squareRoot() }
    for i in 0..<count { for j in 0..<count { kernel[i * count + j] *= weight / (roots[i] * roots[j]) } }
    return kernel
  }

  private static func softmax(_ logits: [Double], classes: Int) -> [Double] {
    var result = logits
    for start in stride(from: 0, to: logits.count, by: classes) {
      let range = start..<start + classes
      let highest = logits[range].max() ?? 0
      var sum = 0.0
      for i in range {
        result[i] = exp(logits[i] - highest)
        sum += result[i]
      }
      for i in range { result[i] /= sum }
    }
    return result
  }
}
