import Testing

@testable import Images

@Test func areasMatchPillowsBoxFilter() throws {
  for golden in try Goldens.load().area {
    let image = Image(width: golden.width, height: golden.height, channels: 1, values: golden.values)
    let resized = image.resizedByArea(width: golden.newWidth, height: golden.newHeight)
    #expect(resized.values.count == golden.expected.count)
    for (found, expected) in zip(resized.values, golden.expected) { #expect(abs(found - expected) < 1e-6) }
  }
}

@Test func theSameSizeIsTheSameImage() {
  let image = Image(width: 3, height: 2, channels: 2, values: (0..<12).map { Float($0) / 7 })
  #expect(image.resizedByArea(width: 3, height: 2) == image)
  #expect(image.resizedNearest(width: 3, height: 2) == image)
}

@Test func oneValueStaysExactly() {
  for value: Float in [0, 0.1, 1, 1.0 / 3] {
    let resized = Image(width: 37, height: 23, channels: 3, fill: value).resizedByArea(width: 11, height: 29)
    #expect(resized == Image(width: 11, height: 29, channels: 3, fill: value))
  }
}

@Test func onePixelBecomesAnySize() {
  let image = Image(width: 1, height: 1, channels: 1, fill: 0.3)
  #expect(image.resizedByArea(width: 3, height: 2) == Image(width: 3, height: 2, channels: 1, fill: 0.3))
  #expect(image.resizedNearest(width: 3, height: 2) == Image(width: 3, height: 2, channels: 1, fill: 0.3))
}

@Test func partsOfPixelsCountByTheirSize() {
  let image = Image(width: 3, height: 1, channels: 1, values: [0, 3, 6])
  let two = image.resizedByArea(width: 2, height: 1).values  // 0 and half of 3; half of 3 and 6
  #expect(two == [1, 5])
}

/// Against the definition: every pair of an old and a new pixel and the area that they share, in real numbers.
@Test func areasMatchTheDefinition() {
  let sizes = [(7, 5, 3, 2), (5, 7, 8, 9), (4, 4, 6, 3), (13, 2, 5, 1), (2, 9, 1, 4)]
  for (width, height, newWidth, newHeight) in sizes {
    let values = (0..<width * height * 2).map { Float(($0 * 37) % 101) / 101 }
    let image = Image(width: width, height: height, channels: 2, values: values)
    let resized = image.resizedByArea(width: newWidth, height: newHeight)
    func shared(_ i: Int, _ j: Int, _ old: Int, _ new: Int) -> Double {
      let scale = Double(old) / Double(new)
      return max(0, min(Double(i + 1) * scale, Double(j + 1)) - max(Double(i) * scale, Double(j)))
    }
    for y in 0..<newHeight {
      for x in 0..<newWidth {
        for c in 0..<2 {
          var (sum, area) = (0.0, 0.0)
          for v in 0..<height {
            for u in 0..<width {
              let part = shared(x, u, width, newWidth) * shared(y, v, height, newHeight)
              sum += part * Double(image[u, v, c])
              area += part
            }
          }
          #expect(abs(Double(resized[x, y, c]) - sum / area) < 1e-6)
        }
      }
    }
  }
}

@Test func nearestTakesTheCentre() {
  #expect((0..<2).map { nearestIndex($0, from: 4, to: 2) } == [1, 3])
  #expect((0..<3).map { nearestIndex($0, from: 2, to: 3) } == [0, 1, 1])
  #expect((0..<6).map { nearestIndex($0, from: 3, to: 6) } == [0, 0, 1, 1, 2, 2])
  #expect(nearestIndex(0, from: 5, to: 1) == 2)
}

@Test func labelsAreTakenNeverMixed() {
  let map = LabelMap(width: 2, height: 2, classes: [1, 7, LabelMap.void, 3])
  #expect(
    map.resizedNearest(width: 4, height: 2) == LabelMap(width: 4, height: 2, classes: [1, 1, 7, 7, 255, 255, 3, 3]))
  #expect(map.resizedNearest(width: 2, height: 2) == map)
  #expect(map.resizedNearest(width: 1, height: 1).classes == [3])
  #expect(map.resizedNearest(width: 0, height: 3).classes.isEmpty)
}

/// A label map and an image of its numbers are resized alike.
@Test func imagesAndLabelsAgree() {
  let classes = (0..<35).map { UInt8($0 * 7) }
  let map = LabelMap(width: 7, height: 5, classes: classes)
  let image = Image(width: 7, height: 5, channels: 1, values: classes.map(Float.init))
  for (width, height) in [(3, 2), (14, 10), (9, 11)] {
    #expect(
      image.resizedNearest(width: width, height: height).values
        == map.resizedNearest(width: width, height: height).classes.map(Float.init))
  }
}
