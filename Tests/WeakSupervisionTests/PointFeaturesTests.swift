import Images
import Testing

@testable import WeakSupervision

@Suite struct PointFeaturesTests {
  @Test func columnsRowsAndColours() {
    let image = Image(width: 2, height: 2, channels: 1, values: [0, 0.1, 0.2, 0.3])
    #expect(PointFeatures(positionsOf: image, deviation: 2).values == [0, 0, 0.5, 0, 0, 0.5, 0.5, 0.5])
    let bilateral = PointFeatures(positionsOf: image, deviation: 1, andColoursWith: 0.1)
    #expect(bilateral.dimensions == 3 && bilateral.count == 4)
    #expect(difference(bilateral.values, [0, 0, 0, 1, 0, 1, 0, 1, 2, 1, 1, 3]).largest < 1e-6)
  }
}
