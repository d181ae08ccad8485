import Images
import Metrics
import Testing

@testable import WeakSupervision

@Suite struct ThresholdCurveTests {
  @Test func nothingCounted() throws {
    #expect(ThresholdCurve(classes: 2).best == nil)
    var curve = ThresholdCurve(classes: 2)
    let void = LabelMap(width: 1, height: 1, fill: 255)
    try curve.add(truth: void) { _ in LabelMap(width: 1, height: 1, fill: 0) }
    #expect(curve.best == nil)
  }

  /// Pixels 1 to 4 of a ramp are the thing; thresholds from 0.35 to 0.5 say so, and the lowest of them is taken.
  @Test func theLowestOfTheBest() throws {
    var curve = ThresholdCurve(classes: 2)
    let scores = TagScores(width: 6, height: 1, classes: [1], values: [1, 0.9, 0.7, 0.55, 0.31, 0.1])
    try curve.add(truth: LabelMap(width: 6, height: 1, classes: [1, 1, 1, 1, 0, 0])) {
      scores.labels(above: $0, background: 0)
    }
    let best = try #require(curve.best)
    #expect(abs(best.threshold - 0.35) < 1e-6 && best.mIoU == 1)
  }

  @Test func mapsOfAnotherSizeAreRefused() {
    var curve = ThresholdCurve(classes: 2)
    #expect(throws: MetricError.self) {
      try curve.add(truth: LabelMap(width: 2, height: 1, fill: 0)) { _ in LabelMap(width: 1, height: 1, fill: 0) }
    }
  }
}
