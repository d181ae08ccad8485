import Images
import Randomness
import Testing

@testable import Metrics

@Test func noPixelsHaveNoBoundary() throws {
  let empty = LabelMap(width: 0, height: 0, fill: 0)
  #expect(try boundaryIoU(of: empty, against: empty, classes: 2, width: 1) == [nil, nil])
  let void = LabelMap(width: 3, height: 3, fill: LabelMap.void)
  #expect(try boundaryIoU(of: void, against: void, classes: 2, width: 1) == [nil, nil])
}

@Test func onePixelIsAllBoundary() throws {
  let one = LabelMap(width: 1, height: 1, fill: 1)
  #expect(try boundaryIoU(of: one, against: one, classes: 2, width: 3) == [nil, 1])
}

@Test func theEdgeOfTheImageIsOutline() {
  let map = LabelMap(width: 5, height: 4, fill: 0)
  let inside = interior(of: map, width: 1)
  #expect(inside.filter { $0 }.count == 3 * 2)
  #expect(!interior(of: map, width: 2).contains(true))
  #expect(!interior(of: map, width: .max).contains(true))
}

/// A square of side 6, moved by one column. Both bands of width 1 have 20 pixels. They share 5 of each horizontal side;
/// no vertical side meets one. So 10 of 30.
@Test func aSquareMovedByOneColumn() throws {
  func square(at x0: Int) -> LabelMap {
    var map = LabelMap(width: 10, height: 10, fill: 0)
    for y in 2..<8 {
      for x in x0..<x0 + 6 { map[x, y] = 1 }
    }
    return map
  }
  let scores = try boundaryIoU(of: square(at: 3), against: square(at: 2), classes: 2, width: 1)
  #expect(scores[1] == 10.0 / 30)
}

@Test func errorsAreThoseOfTheConfusionMatrix() {
  let a = LabelMap(width: 2, height: 1, fill: 0)
  #expect(throws: MetricError.self) {
    try boundaryIoU(of: a, against: LabelMap(width: 1, height: 2, fill: 0), classes: 2, width: 1)
  }
  #expect(throws: MetricError.self) {
    try boundaryIoU(of: LabelMap(width: 2, height: 1, fill: 255), against: a, classes: 2, width: 1)
  }
}

@Test func widthsOfTheBand() {
  #expect(boundaryWidth(forWidth: 500, height: 375) == 13)  // 12.5, rounded away from zero
  #expect(boundaryWidth(forWidth: 1, height: 1) == 1)
}

/// Random blobs against erosion step by step, class by class, as in the authors' program.
@Test(arguments: 0..<24)
func boundariesMatchRepeatedErosion(seed: UInt64) throws {
  var stream = RandomStream(seed: seed, purpose: .scenes)
  let (width, height, reach) = (
    9 + stream.integer(below: 8), 9 + stream.integer(below: 8), 1 + stream.integer(below: 3)
  )
  func blobs(void: Bool) -> LabelMap {
    var map = LabelMap(width: width, height: height, fill: 0)
    for _ in 0..<4 {
      let label = void && stream.integer(below: 3) == 0 ? LabelMap.void : UInt8(stream.integer(below: 3))
      let (x0, y0) = (stream.integer(below: width), stream.integer(below: height))
      for y in y0..<min(height, y0 + 8) {
        for x in x0..<min(width, x0 + 8) { map[x, y] = label }
      }
    }
    return map
  }
  let truth = blobs(void: true)
  let prediction = blobs(void: false)
  let scores = try boundaryIoU(of: prediction, against: truth, classes: 3, width: reach)
  for c in 0..<3 {
    let counted = truth.classes.map { $0 != LabelMap.void }
    let t = band(truth.classes.map { $0 == UInt8(c) })
    let p = band(zip(prediction.classes, counted).map { $0 == UInt8(c) && $1 })
    let both = zip(t, p).count { $0 && $1 }
    let either = zip(t, p).count { $0 || $1 }
    #expect(scores[c] == (either == 0 ? nil : Double(both) / Double(either)))
  }

  func band(_ mask: [Bool]) -> [Bool] {
    var eroded = mask
    for _ in 0..<reach {
      let before = eroded
      for y in 0..<height {
        for x in 0..<width {
          for dy in -1...1 {
            for dx in -1...1 {
              let (u, v) = (x + dx, y + dy)
              let set = u >= 0 && u < width && v >= 0 && v < height && before[v * width + u]
              if !set { eroded[y * width + x] = false }
            }
          }
        }
      }
    }
    return zip(mask, eroded).map { $0 && !$1 }
  }
}
