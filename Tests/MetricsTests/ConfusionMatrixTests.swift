import Foundation
import Images
import Metrics
import Randomness
import Testing

@Test func anEmptyMatrixCountsNothing() throws {
  var matrix = ConfusionMatrix(classes: 3)
  try matrix.add(predictions: [], truths: [])
  try matrix.add(prediction: LabelMap(width: 0, height: 4, fill: 0), truth: LabelMap(width: 0, height: 4, fill: 0))
  #expect(matrix.counts == [Int](repeating: 0, count: 9))
  #expect(matrix == ConfusionMatrix(classes: 3))
}

@Test func rowsAreTruthAndColumnsPrediction() throws {
  var matrix = ConfusionMatrix(classes: 2)
  try matrix.add(predictions: [1, 1, 0], truths: [0, 0, 0])
  #expect(matrix.counts == [1, 2, 0, 0])
}

@Test func voidTruthIsNeverCounted() throws {
  var matrix = ConfusionMatrix(classes: 2)
  try matrix.add(predictions: [0, 1, 255, 9], truths: [255, 255, 255, 255])
  #expect(matrix.total == 0)
  try matrix.add(predictions: [0, 1], truths: [255, 1])
  #expect(matrix.counts == [0, 0, 0, 1])
}

@Test func wrongLabelsThrowAndCountNothing() throws {
  var matrix = ConfusionMatrix(classes: 3)
  try matrix.add(predictions: [1], truths: [1])
  let before = matrix
  #expect(throws: MetricError.labelOutOfRange(label: 3, classes: 3, inTruth: true, offset: 1)) {
    try matrix.add(predictions: [0, 0], truths: [0, 3])
  }
  #expect(throws: MetricError.labelOutOfRange(label: 3, classes: 3, inTruth: false, offset: 1)) {
    try matrix.add(predictions: [0, 3], truths: [0, 0])
  }
  #expect(throws: MetricError.labelOutOfRange(label: 255, classes: 3, inTruth: false, offset: 0)) {
    try matrix.add(predictions: [255, 0], truths: [0, 0])
  }
  #expect(matrix == before)
}

@Test func wrongSizesThrow() {
  var matrix = ConfusionMatrix(classes: 3)
  #expect(throws: MetricError.differentSizes(prediction: [2], truth: [1])) {
    try matrix.add(predictions: [0, 0], truths: [0])
  }
  // As many pixels, but not in the same places.
  let error = #expect(throws: MetricError.differentSizes(prediction: [2, 3], truth: [3, 2])) {
    try matrix.add(prediction: LabelMap(width: 2, height: 3, fill: 0), truth: LabelMap(width: 3, height: 2, fill: 0))
  }
  #expect(error?.description.contains("2 x 3 and a truth of 3 x 2") == true)
}

@Test func theMostClassesWork() throws {
  var matrix = ConfusionMatrix(classes: 255)
  try matrix.add(predictions: [254, 0], truths: [254, 254])
  #expect(matrix.iou(of: 254) == 0.5)
}

@Test func partsMergeIntoTheWhole() throws {
  var stream = RandomStream(seed: 1, purpose: .split)
  let truth = (0..<300).map { _ in UInt8(stream.integer(below: 5)) }
  let prediction = (0..<300).map { _ in UInt8(stream.integer(below: 5)) }
  var whole = ConfusionMatrix(classes: 5)
  try whole.add(predictions: prediction, truths: truth)
  var parts = ConfusionMatrix(classes: 5)
  for start in stride(from: 0, to: 300, by: 77) {
    let range = start..<min(300, start + 77)
    var part = ConfusionMatrix(classes: 5)
    try part.add(predictions: Array(prediction[range]), truths: Array(truth[range]))
    parts.merge(part)
  }
  #expect(parts == whole)
}

@Test func matricesSurviveJSON() throws {
  var matrix = ConfusionMatrix(classes: 2)
  try matrix.add(predictions: [0, 1, 1], truths: [0, 0, 1])
  let json = try JSONEncoder().encode(matrix)
  #expect(try JSONDecoder().decode(ConfusionMatrix.self, from: json) == matrix)
}

@Test func matricesMergeSeveralTimes() throws {
  var matrix = ConfusionMatrix(classes: 2)
  matrix.merge(try ConfusionMatrix(classes: 2, counts: [1, 2, 3, 4]), times: 3)
  #expect(matrix.counts == [3, 6, 9, 12])
  matrix.merge(try ConfusionMatrix(classes: 2, counts: [1, 2, 3, 4]), times: 0)
  #expect(matrix.counts == [3, 6, 9, 12])
}

@Test(arguments: [
  #"{"classes":2,"counts":[1,2,3]}"#, #"{"classes":0,"counts":[]}"#, #"{"classes":1,"counts":[-1]}"#,
  #"{"classes":256,"counts":[]}"#, #"{"classes":-3000000000000,"counts":[]}"#,
  #"{"classes":9223372036854775807,"counts":[]}"#,
])
func impossibleRecordsAreRefused(json: String) {
  #expect(throws: DecodingError.self) {
    try JSONDecoder().decode(ConfusionMatrix.self, from: Data(json.utf8))
  }
}

/// Counts that are fine one by one and trap where they are added up.
@Test(arguments: [
  [Int.max, 1, 0, 0], [0, Int.max, Int.max, Int.max], [1 << 47, 1 << 47, 0, 1],
  [ConfusionMatrix.mostPixels + 1, 0, 0, 0],
])
func countsThatOverflowAreRefused(counts: [Int]) throws {
  let json = try JSONEncoder().encode(["counts": counts])
  var text = String(decoding: json, as: UTF8.self)
  text.replace("{", with: #"{"classes":2,"#)
  #expect(throws: DecodingError.self) { try JSONDecoder().decode(ConfusionMatrix.self, from: Data(text.utf8)) }
  #expect(throws: MetricError.impossibleCounts("counts of more than \(ConfusionMatrix.mostPixels) pixels together")) {
    try ConfusionMatrix(classes: 2, counts: counts)
  }
}

/// As many pixels as are let in: every score can be taken, and of several matrices' sum too.
@Test func theMostPixelsDontOverflow() throws {
  let most = try ConfusionMatrix(classes: 2, counts: [ConfusionMatrix.mostPixels, 0, 0, 0])
  var sum = ConfusionMatrix(classes: 2)
  sum.merge(most, times: 16_383)
  #expect(sum.meanIoU == 1 && sum.meanDice == 1 && sum.pixelAccuracy == 1 && sum.meanClassAccuracy == 1)
}
