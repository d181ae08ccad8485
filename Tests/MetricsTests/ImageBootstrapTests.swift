import Randomness
import Testing

@testable import Metrics

@Suite struct ImageBootstrapTests {
  private func matrix(_ counts: [Int]) throws -> ConfusionMatrix { try ConfusionMatrix(classes: 2, counts: counts) }

  @Test func noImages() throws {
    #expect(meanIoUOverImages([]) == nil)
    #expect(meanIoURatioOverImages([], over: []) == nil)
  }

  @Test func oneImageIsAllThereIs() throws {
    let image = try matrix([3, 1, 0, 4])
    let score = try #require(image.meanIoU)
    #expect(meanIoUOverImages([image]) == Interval(mean: score, lower: score, upper: score, count: 1))
  }

  @Test func voidHasNoScore() throws {
    #expect(meanIoUOverImages([ConfusionMatrix(classes: 2)]) == nil)
    // Half the draws of two hold none but the void image in one of four cases.
    #expect(meanIoUOverImages([ConfusionMatrix(classes: 2), try matrix([1, 0, 0, 1])]) == nil)
    // A network that is wrong everywhere can't be divided by.
    #expect(meanIoURatioOverImages([try matrix([1, 0, 0, 1])], over: [try matrix([0, 1, 1, 0])]) == nil)
  }

  /// A right image and a wrong one: a draw of two has both right (1), one of each (1 / 3), both wrong (0) in 1, 2, 1 of 4 cases.
  @Test func twoImagesByEnumeration() throws {
    let images = [try matrix([2, 0, 0, 2]), try matrix([0, 2, 2, 0])]
    let wide = try #require(meanIoUOverImages(images, level: 0.6))
    #expect(wide.lower == 0 && wide.upper == 1 && wide.mean == 1.0 / 3)
    let narrow = try #require(meanIoUOverImages(images, level: 0.4))
    #expect(narrow.lower == 1.0 / 3 && narrow.upper == 1.0 / 3 && narrow.count == 2)
  }

  /// What makes an image hard is the same for both: of two equal networks the ratio is 1 whatever is drawn.
  @Test func imagesAreDrawnForBoth() throws {
    let images = [try matrix([9, 1, 2, 8]), try matrix([5, 5, 4, 6]), try matrix([10, 0, 0, 10])]
    let ratio = try #require(meanIoURatioOverImages(images, over: images))
    #expect(ratio == Interval(mean: 1, lower: 1, upper: 1, count: 3))
    let spread = try #require(meanIoUOverImages(images))
    #expect(try #require(spread.upper) - #require(spread.lower) > 0.2)
  }

  @Test func theSameSeedGivesTheSameInterval() throws {
    let images = try (0..<7).map { try matrix([20 + $0, $0 * $0, 3, 30 - $0]) }
    #expect(meanIoUOverImages(images, seed: 4) == meanIoUOverImages(images, seed: 4))
    #expect(meanIoUOverImages(images, seed: 4) != meanIoUOverImages(images, seed: 5))
    let (narrow, wide) = (meanIoUOverImages(images, level: 0.5), meanIoUOverImages(images, level: 0.99))
    #expect(try #require(wide?.lower) < #require(narrow?.lower) && #require(narrow?.upper) < #require(wide?.upper))
  }

  @Test func quantilesOfKnownNumbers() {
    #expect(quantile(0, of: [1, 2, 4]) == 1)
    #expect(quantile(1, of: [1, 2, 4]) == 4)
    #expect(quantile(0.5, of: [1, 2, 4]) == 2)
    #expect(quantile(0.75, of: [1, 2, 4]) == 3)
    #expect(quantile(0.3, of: [5]) == 5)
  }
}
