import Images
import Support
import Testing

@testable import Rewards

@Suite struct FunctionRewardsTests {
  private let labels = randomLabels(2 * 20, classes: 3, seed: 5)
  private var sampled: ActionMaps {
    ActionMaps(sampling: 4, from: randomTensor([2, 4, 5, 3], seed: 6), void: VoidMask(of: labels), seed: 1, step: 2)
  }
  /// Each image's number is in its first pixel.
  private let images = (0..<2).map { Image(width: 5, height: 4, channels: 1, fill: Float($0)) }

  private func rewards(by reward: (Image, LabelMap) throws -> Double) throws -> ImageRewards {
    try sampled.rewards(of: images, subject: { "image \($0), mask \($1)" }, by: reward)
  }

  @Test func aFunctionThatHoldsTheTruthEqualsTheScore() throws {
    let found = try rewards { image, mask in
      let truth = labels[Int(image.values[0]) * 20..<Int(image.values[0]) * 20 + 20]
      #expect(mask.width == 5 && mask.height == 4)
      let counted = zip(mask.classes, truth).filter { $0.1 != 255 }
      return Double(counted.count { $0 == $1 }) / Double(counted.count)
    }
    #expect(found == sampled.rewards(.pixelAccuracy, labels: labels))
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 2e9, -1.5e9]) func numbersThatCanNotBeUsed(value: Double) {
    var calls = 0
    let error = #expect(throws: InputError.self) {
      try rewards { _, _ in
        calls += 1
        return calls == 6 ? value : 1
      }
    }
    #expect(error?.subject == "image 1, mask 1" && error?.found == "the reward \(value)")
    #expect(error?.expected.contains("finite") == true)
  }

  @Test(arguments: [0, -3, 1e9, 1e-300, -0.0]) func numbersOfAnyUsableSize(value: Double) throws {
    #expect(try rewards { _, _ in value }.values == [Double](repeating: value, count: 8))
  }

  @Test func anErrorOfTheFunction() {
    struct Broken: Error {}
    let error = #expect(throws: InputError.self) { try rewards { _, _ in throw Broken() } }
    #expect(error?.subject == "image 0, mask 0" && error?.found.contains("Broken()") == true)
    let own = InputError("x", found: "y", expected: "z", advice: "")
    #expect(throws: own) { try rewards { _, _ in throw own } }
  }
}
