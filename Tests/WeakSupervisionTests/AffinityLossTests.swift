import Foundation
import Randomness
import Tensors
import Testing

@testable import WeakSupervision

@Suite struct AffinityLossTests {
  private func randomFeatures(_ shape: [Int], seed: UInt64) -> [Float] {
    var random = RandomStream(seed: seed, purpose: .scenes)
    return (0..<shape.reduce(1, *)).map { _ in random.uniform(in: -1...1) }
  }

  private func randomLabels(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = RandomStream(seed: seed, purpose: .scenes)
    return (0..<count).map { _ in [0, 0, 1, 2, 255][random.integer(below: 5)] }
  }

  /// The three means over all pairs of cells, in double precision.
  private func reference(_ features: [Double], _ shape: [Int], _ labels: [UInt8], _ background: UInt8?, _ radius: Int)
    -> Double
  {
    let (height, width, channels) = (shape[1], shape[2], shape[3])
    let cells = height * width
    var sums = [0.0, 0, 0]
    var counts = [0.0, 0, 0]
    for image in 0..<shape[0] {
      for i in 0..<cells {
        for j in 0..<i {
          let (down, right) = (i / width - j / width, i % width - j % width)
          let (a, b) = (labels[image * cells + i], labels[image * cells + j])
          if down * down + right * right >= radius * radius || a == 255 || b == 255 { continue }
          var distance = 0.0
          for c in 0..<channels {
            distance += abs(features[(image * cells + i) * channels + c] - features[(image * cells + j) * channels + c])
          }
          let kind = a != b ? 2 : a == background ? 1 : 0
          sums[kind] += kind == 2 ? -log(1 + 1e-5 - exp(-distance)) : distance
          counts[kind] += 1
        }
      }
    }
    let means = (0..<3).map { counts[$0] > 0 ? sums[$0] / counts[$0] : 0 }
    return means[0] + means[1] + 2 * means[2]
  }

  @Test(arguments: [nil, 0] as [UInt8?])
  func valueAndGradient(background: UInt8?) throws {
    let shape = [2, 3, 4, 3]
    let features = randomFeatures(shape, seed: 1)
    let labels = randomLabels(24, seed: 2)
    let result = affinityLoss(
      features: Tensor(features, shape: shape), labels: labels, background: background, radius: 3)
    let exact = features.map(Double.init)
    let loss = try #require(result.loss)
    #expect(abs(loss - reference(exact, shape, labels, background, 3)) < 1e-5)
    // Central differences of the reference, away from the kinks of |.|: features are further apart than the step.
    for entry in features.indices {
      let step = 1e-6
      var (upper, lower) = (exact, exact)
      upper[entry] += step
      lower[entry] -= step
      let slope =
        (reference(upper, shape, labels, background, 3) - reference(lower, shape, labels, background, 3)) / (2 * step)
      #expect(abs(slope - Double(result.gradient.scalars[entry])) < 1e-4, "feature \(entry)")
    }
  }

  @Test func noConfidentPair() {
    let features = Tensor(randomFeatures([1, 2, 2, 3], seed: 3), shape: [1, 2, 2, 3])
    for labels in [[255, 255, 255, 255], [1, 255, 255, 255]] as [[UInt8]] {
      let result = affinityLoss(features: features, labels: labels, background: nil, radius: 5)
      #expect(result.loss == nil && result.gradient.scalars.allSatisfy { $0 == 0 })
    }
    let onePixel = affinityLoss(
      features: Tensor([1, 2], shape: [1, 1, 1, 2]), labels: [0], background: 0, radius: 5)
    #expect(onePixel.loss == nil)
  }

  /// Equal features of cells that should differ: a large loss, but no infinity.
  @Test func equalFeatures() throws {
    let result = affinityLoss(
      features: Tensor(filledWith: 1, shape: [1, 1, 2, 4]), labels: [0, 1], background: nil, radius: 2)
    #expect(abs(try #require(result.loss) + 2 * log(1e-5)) < 1e-6)
    #expect(result.gradient.scalars.allSatisfy { $0 == 0 })
  }
}
