import Images
import Metrics
import Randomness
import Testing

@Test func noPixelsHaveNoScores() throws {
  let matrix = ConfusionMatrix(classes: 3)
  #expect(matrix.perClassIoU == [nil, nil, nil])
  #expect(matrix.meanIoU == nil)
  #expect(matrix.meanDice == nil)
  #expect(matrix.meanClassAccuracy == nil)
  #expect(matrix.pixelAccuracy == nil)
  #expect(matrix.backgroundIoU() == nil)
  let void = LabelMap(width: 4, height: 4, fill: LabelMap.void)
  #expect(try meanIoU(of: LabelMap(width: 4, height: 4, fill: 0), against: void, classes: 3) == nil)
}

@Test func onePixel() throws {
  let zero = LabelMap(width: 1, height: 1, fill: 0)
  let one = LabelMap(width: 1, height: 1, fill: 1)
  #expect(try meanIoU(of: zero, against: zero, classes: 2) == 1)
  #expect(try meanIoU(of: one, against: zero, classes: 2) == 0)  // both classes have a union
}

@Test func oneClass() throws {
  let map = LabelMap(width: 5, height: 3, fill: 0)
  #expect(try meanIoU(of: map, against: map, classes: 1) == 1)
}

@Test func anAbsentClassIsNilAndNotAveraged() throws {
  var matrix = ConfusionMatrix(classes: 3)
  try matrix.add(predictions: [0, 0, 1, 1], truths: [0, 0, 0, 1])
  let twoThirds = 2.0 / 3
  #expect(matrix.perClassIoU == [twoThirds, 0.5, nil])
  #expect(matrix.meanIoU == (twoThirds + 0.5) / 2)
  #expect(matrix.dice(of: 0) == 0.8)
  #expect(matrix.meanDice == (0.8 + twoThirds) / 2)
  #expect(matrix.pixelAccuracy == 0.75)
  #expect(matrix.meanClassAccuracy == (twoThirds + 1) / 2)
  #expect(matrix.backgroundIoU() == twoThirds)
  #expect(matrix.backgroundIoU(class: 1) == 0.5)
}

/// A class that is predicted but not true has IoU 0 and no accuracy.
@Test func aClassOnlyPredicted() throws {
  var matrix = ConfusionMatrix(classes: 2)
  try matrix.add(predictions: [0, 1], truths: [0, 0])
  #expect(matrix.iou(of: 1) == 0)
  #expect(matrix.accuracy(of: 1) == nil)
  #expect(matrix.meanClassAccuracy == 0.5)
}

/// Random maps against the definitions, computed with sets of pixels.
@Test(arguments: 0..<30)
func scoresMatchSetsOfPixels(seed: UInt64) throws {
  var stream = RandomStream(seed: seed, purpose: .scenes)
  let classes = 1 + stream.integer(below: 6)
  let (width, height) = (1 + stream.integer(below: 7), 1 + stream.integer(below: 7))
  var truth = LabelMap(width: width, height: height, fill: 0)
  var prediction = truth
  for i in 0..<width * height {
    truth.classes[i] = stream.integer(below: 4) == 0 ? LabelMap.void : UInt8(stream.integer(below: classes))
    prediction.classes[i] = UInt8(stream.integer(below: classes))
  }
  var matrix = ConfusionMatrix(classes: classes)
  try matrix.add(prediction: prediction, truth: truth)

  let counted = Set((0..<width * height).filter { truth.classes[$0] != LabelMap.void })
  var (ious, dices, recalls): ([Double], [Double], [Double]) = ([], [], [])
  for c in 0..<classes {
    let t = counted.filter { truth.classes[$0] == UInt8(c) }
    let p = counted.filter { prediction.classes[$0] == UInt8(c) }
    let both = Double(t.intersection(p).count)
    if !t.union(p).isEmpty {
      ious.append(both / Double(t.union(p).count))
      dices.append(2 * both / Double(t.count + p.count))
      #expect(matrix.iou(of: c) == ious.last)
    } else {
      #expect(matrix.iou(of: c) == nil)
    }
    if !t.isEmpty { recalls.append(both / Double(t.count)) }
  }
  func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
  #expect(matrix.total == counted.count)
  #expect(matrix.meanIoU == mean(ious))
  #expect(matrix.meanDice == mean(dices))
  #expect(matrix.meanClassAccuracy == mean(recalls))
  #expect(matrix.pixelAccuracy == mean(counted.map { truth.classes[$0] == prediction.classes[$0] ? 1 : 0 }))
  #expect(try meanIoU(of: prediction, against: truth, classes: classes) == matrix.meanIoU)
}
