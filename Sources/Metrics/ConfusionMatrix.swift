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

  /// Adds the counts of a matrix of as many classes, `times` times.
  public mutating func merge(_ other: ConfusionMatrix, times: Int = 1) {
    precondition(other.classes == classes, "merging matrices of \(classes) and \(other.classes) classes")
    for i in counts.indices { counts[i] += times * other.counts[i] }
  }

  private func outOfRange(_ label: UInt8, inTruth: Bool, _ offset: Int) -> MetricError {
    .labelOutOfRange(label: label, classes: classes, inTruth: inTruth, offset: offset)
  }
}

extension ConfusionMatrix {
  /// The most pixels that counts from elsewhere may add up to: 2^48, more than any data set has. Twice that fits an integer, which
  /// Dice needs, and so do 16,383 such matrices merged.
  public static let mostPixels = 1 << 48

  /// Counts that stand somewhere else, in a file say.
  ///
  /// - Parameter counts: `[classes, classes]`, rows truth, columns prediction.
  /// - Throws: `MetricError.impossibleCounts` where they can't be a confusion matrix: not the square of 1 to 255 classes, a
  ///   negative count, or more than `mostPixels` together.
  public init(classes: Int, counts: [Int]) throws {
    guard (1...255).contains(classes) else { throw MetricError.impossibleCounts("\(classes) classes") }
    guard counts.count == classes * classes else {
      throw MetricError.impossibleCounts("\(counts.count) counts for \(classes) classes")
    }
    var total = 0
    for count in counts {
      guard count >= 0 else { throw MetricError.impossibleCounts("a count of \(count)") }
      let (sum, overflows) = total.addingReportingOverflow(count)
      guard !overflows, sum <= Self.mostPixels else {
        throw MetricError.impossibleCounts("counts of more than \(Self.mostPixels) pixels together")
      }
      total = sum
    }
    (self.classes, self.counts) = (classes, counts)
  }
}

extension ConfusionMatrix: Codable {
  private enum CodingKeys: String, CodingKey { case classes, counts }

  /// Refuses a record whose numbers can't be a confusion matrix.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let classes = try container.decode(Int.self, forKey: .classes)
    let counts = try container.decode([Int].self, forKey: .counts)
    do {
      try self.init(classes: classes, counts: counts)
    } catch {
      throw DecodingError.dataCorruptedError(forKey: .counts, in: container, debugDescription: "\(error)")
    }
  }
}
