import Images

/// How often each class was taken for each other class: integers, counted over pixels of any number of images.
///
/// `counts[t * classes + p]` is the number of pixels whose truth is t and whose prediction is p: rows are truth, columns
/// prediction. Pixels whose truth is void are in no count, whatever the prediction says there. The counts are exact and
/// don't depend on the order of images, so matrices of parts can be merged; `Scores.swift` divides them, once, at the end.
public struct ConfusionMatrix: Sendable, Equatable {
  /// K.
  public let classes: Int
  /// `classes * classes` numbers.
  public private(set) var counts: [Int]

  /// A matrix of zeros for 1 to 255 classes (255 itself means void).
  public init(classes: Int) {
    precondition((1...255).contains(classes), "a confusion matrix has 1 to 255 classes, not \(classes)")
    self.classes = classes
    counts = [Int](repeating: 0, count: classes * classes)
  }

  /// Counts the pixels of one image.
  ///
  /// - Throws: `MetricError` when the sizes differ, a truth is neither a class nor void, or a prediction is not a class
  ///   where the truth is not void. Then nothing of the image is counted.
  public mutating func add(prediction: LabelMap, truth: LabelMap) throws {
    guard prediction.width == truth.width && prediction.height == truth.height else {
      throw MetricError.differentSizes(
        prediction: [prediction.width, prediction.height], truth: [truth.width, truth.height])
    }
    try add(predictions: prediction.classes, truths: truth.classes)
  }

  /// Counts pixels given as two lists. Throws as `add(prediction:truth:)` does. Cost: O(pixels + classes^2).
  public mutating func add(predictions: [UInt8], truths: [UInt8]) throws {
    guard predictions.count == truths.count else {
      throw MetricError.differentSizes(prediction: [predictions.count], truth: [truths.count])
    }
    var updated = counts  // so that an error leaves the matrix as it was
    for offset in truths.indices {
      let truth = truths[offset]
      if truth == LabelMap.void { continue }
      let prediction = predictions[offset]
      guard truth < classes else { throw outOfRange(truth, inTruth: true, offset) }
      guard prediction < classes else { throw outOfRange(prediction, inTruth: false, offset) }
      updated[Int(truth) * classes + Int(prediction)] += 1
    }
    counts = updated
  }

  /// Adds the counts of a matrix of as many classes.
  public mutating func merge(_ other: ConfusionMatrix) {
    precondition(other.classes == classes, "merging matrices of \(classes) and \(other.classes) classes")
    for i in counts.indices { counts[i] += other.counts[i] }
  }

  private func outOfRange(_ label: UInt8, inTruth: Bool, _ offset: Int) -> MetricError {
    .labelOutOfRange(label: label, classes: classes, inTruth: inTruth, offset: offset)
  }
}

extension ConfusionMatrix: Codable {
  private enum CodingKeys: String, CodingKey { case classes, counts }

  /// Refuses a record whose numbers can't be a confusion matrix.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let classes = try container.decode(Int.self, forKey: .classes)
    let counts = try container.decode([Int].self, forKey: .counts)
    guard (1...255).contains(classes), counts.count == classes * classes, counts.allSatisfy({ $0 >= 0 }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .counts, in: container,
        debugDescription: "\(counts.count) counts for \(classes) classes; expected their square, none negative")
    }
    self.classes = classes
    self.counts = counts
  }
}
