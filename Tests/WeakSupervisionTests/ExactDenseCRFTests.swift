import Foundation
import Images
import Support
import Testing

@testable import WeakSupervision

@Suite struct ExactDenseCRFTests {
  /// The settings of the case of the same name in make_goldens.py.
  static func settings(_ name: String) throws -> DenseCRF {
    switch name {
    case "small", "grey":
      DenseCRF(
        smoothnessWeight: 0.5, smoothnessPosition: 1.5, appearanceWeight: 1, appearancePosition: 10,
        appearanceColour: 20.0 / 255)
    case "smoothness": DenseCRF(smoothnessWeight: 1.5, smoothnessPosition: 2, appearanceWeight: 0)
    case "medium": DenseCRF(smoothnessWeight: 1, appearanceWeight: 2, appearancePosition: 20)
    default: DenseCRF()
    }
  }

  @Test(arguments: ["small", "grey", "smoothness", "medium", "strong"])
  func asTheBruteForceSumInPython(name: String) throws {
    let golden = try CRFGolden(name)
    let marginals = try Self.settings(name).exactMarginals(golden.image, golden.scores)
    // The potentials of "strong" and "medium" amplify what a Float of the image rounds; a thousandth still holds.
    #expect(difference(marginals.map(Float.init), golden.exact).largest < 1e-3)
  }

  /// Two pixels by hand: K = exp(-1/2), n = 1 + K, so that the normalised kernel is [1, K] / (1 + K).
  @Test func twoPixels() throws {
    let crf = DenseCRF(smoothnessWeight: 2, smoothnessPosition: 1, appearanceWeight: 0, iterations: 1)
    let scores = ClassScores(height: 1, width: 2, classes: 2, values: [0.9, 0.1, 0.4, 0.6])
    let found = try crf.exactMarginals(Image(width: 2, height: 1, channels: 1, fill: 0), scores)
    let k = exp(-0.5)
    let odds = 0.9 / 0.1 * exp(2 / (1 + k) * ((0.9 - 0.1) + k * (0.4 - 0.6)))
    #expect(abs(found[0] - odds / (1 + odds)) < 1e-6)
    #expect(abs(found[0] + found[1] - 1) < 1e-12)
  }

  @Test func noIterationKeepsTheProbabilities() throws {
    let scores = randomScores(height: 3, width: 4, classes: 3, seed: 1)
    let image = twoColours(height: 3, width: 4, channels: 3, seed: 2)
    let found = try DenseCRF(iterations: 0).exactMarginals(image, scores)
    #expect(difference(found.map(Float.init), scores.values).largest < 1e-6)
  }
}
