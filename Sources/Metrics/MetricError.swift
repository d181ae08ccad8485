/// What is wrong with label maps that can't be compared, or with counts that no comparison has made.
public enum MetricError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The maps, or lists of labels, differ in size, so their pixels have no partners.
  case differentSizes(prediction: [Int], truth: [Int])
  /// A label that is neither one of the classes nor, in the truth, void. `offset` is `y * width + x`.
  case labelOutOfRange(label: UInt8, classes: Int, inTruth: Bool, offset: Int)
  /// Numbers that can't be a confusion matrix; the text is what was found.
  case impossibleCounts(String)

  /// What was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .differentSizes(let prediction, let truth):
      let sizes = [prediction, truth].map { $0.map(String.init).joined(separator: " x ") }
      return "found a prediction of \(sizes[0]) and a truth of \(sizes[1]) pixels; expected equal sizes. "
        + "Resize the prediction to the truth's size, never the truth, before they are compared."
    case .labelOutOfRange(let label, let classes, true, let offset):
      return "found label \(label) in the truth at offset \(offset); expected 0 to \(classes - 1), or 255 for void. "
        + "Check the number of classes, and that the file holds class numbers and not colours."
    case .labelOutOfRange(let label, let classes, false, let offset):
      return "found label \(label) in the prediction at offset \(offset); expected 0 to \(classes - 1). "
        + "A prediction says one of the classes wherever the truth isn't void."
    case .impossibleCounts(let found):
      return "found \(found); expected the square of 1 to 255 classes, none negative, of at most "
        + "\(ConfusionMatrix.mostPixels) pixels together. Take the numbers anew from where they were counted."
    }
  }
}
