import Datasets
import Foundation
import Images
import Networks
import Support
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct ActivationTests {
  @Test func unknownClassesAreAnsweredWithTheKnownOnes() throws {
    let classifier = untrainedClassifier()
    #expect(try classifier.output(named: "Ankle boot") == 1)
    let error = inputError { try classifier.output(named: "bagg") }
    #expect(error.expected == "one of Bag, Ankle boot" && error.advice == "Did you mean Bag?")
    #expect(inputError { try classifier.output(named: "aeroplane") }.advice == "Name one with --class.")
  }

  @Test(arguments: SeedMethod.allCases, [1, 3, 4]) func anyImageHasAMapAndProbabilities(
    method: SeedMethod, channels: Int
  ) throws {
    let values = (0..<13 * 7 * channels).map { Float($0 * 31 % 256) / 255 }
    let image = Image(width: 13, height: 7, channels: channels, values: values)
    let scores = try untrainedClassifier().activation(of: 1, in: image, method: method)
    #expect(scores.width == 13 && scores.height == 7 && scores.values.allSatisfy { (0...1).contains($0) })
    let probabilities = try untrainedClassifier().probabilities(of: image)
    #expect(probabilities.count == 2 && probabilities.allSatisfy { (0...1).contains($0) })
  }

  @Test func theOverlayPaintsWhereTheScoreIs() {
    let scores = TagScores(width: 3, height: 1, classes: [1], values: [0, 0.5, 1])
    let painted = heatOverlay(scores, on: Image(width: 3, height: 1, channels: 1, values: [0.25, 0, 0]))
    #expect(painted.channels == 3 && Array(painted.values[0..<3]) == [0.25, 0.25, 0.25])
    let red: Float = 213.0 / 255
    #expect(abs(painted[1, 0, 0] - 0.4 * red) < 1e-6 && abs(painted[2, 0, 0] - 0.8 * red) < 1e-6)
    #expect(painted[2, 0, 2] == 0)
  }
}
