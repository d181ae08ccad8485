import Images
import Testing

@testable import WeakSupervision

@Suite struct ConfidentMasksTests {
  private func labels(_ classes: [UInt8], _ values: [Float], least: Float = 0.2) -> [UInt8] {
    TagScores(width: values.count / classes.count, height: 1, classes: classes, values: values)
      .confidentLabels(above: 0.5, background: 0, above: 0.75, least: least).classes
  }

  /// Class 3 is confident above 0.4, the background above 0.6, and between there is nothing.
  @Test func partsOfTheMaximum() {
    #expect(labels([0, 3], [0.2, 0.8, 0.55, 0.45, 0.65, 0.35, 0.8, 0.2]) == [3, 3, 0, 0])
    #expect(labels([0, 3], [0.2, 0.8, 0.6, 0.4, 0.8, 0.2]) == [3, 255, 0])
  }

  @Test func conflictsSayNothing() {
    // Both exceed half of their maximum at the second pixel.
    #expect(labels([1, 2], [0.8, 0.1, 0.5, 0.5, 0.1, 0.8]) == [1, 255, 2])
  }

  /// A class whose maximum is low has no pixel; one at the bound isn't above it.
  @Test func theLeastConfidenceHolds() {
    #expect(labels([0, 3], [0.85, 0.15, 0.9, 0.1]) == [0, 0])
    #expect(labels([1], [0.2]) == [255])
    #expect(labels([1], [0], least: 0) == [255])
  }

  @Test func anImageWithoutTagsIsBackground() {
    #expect(labels([0], [1, 1, 1]) == [0, 0, 0])
  }

  @Test func noPixel() {
    #expect(labels([0, 1], []) == [])
  }
}
