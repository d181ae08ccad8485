import Images

/// Scores of a confusion matrix n[t, p]. With r_c the sum of row c (truth), s_c the sum of column c (prediction):
/// each is nil, not 0 and not NaN, where it would divide by zero.
extension ConfusionMatrix {
  /// All pixels counted.
  public var total: Int { counts.reduce(0, +) }

  /// Intersection over union of a class, n[c, c] / (r_c + s_c - n[c, c]); nil when neither truth nor prediction has it.
  public func iou(of class: Int) -> Double? {
    let (both, truth, prediction) = overlap(of: `class`)
    return ratio(both, truth + prediction - both)
  }

  /// Dice coefficient of a class, 2 n[c, c] / (r_c + s_c); nil when neither truth nor prediction has it.
  public func dice(of class: Int) -> Double? {
    let (both, truth, prediction) = overlap(of: `class`)
    return ratio(2 * both, truth + prediction)
  }

  /// The part of a class's true pixels that were found, n[c, c] / r_c; nil when truth doesn't have it.
  public func accuracy(of class: Int) -> Double? {
    let (both, truth, _) = overlap(of: `class`)
    return ratio(both, truth)
  }

  /// `iou(of:)` of every class.
  public var perClassIoU: [Double?] { (0..<classes).map { iou(of: $0) } }

  /// Mean IoU over the classes that have one: the data sets' convention. nil when none has.
  public var meanIoU: Double? { mean(perClassIoU) }

  /// Mean Dice coefficient over the classes that have one.
  public var meanDice: Double? { mean((0..<classes).map { dice(of: $0) }) }

  /// Mean, over the classes in the truth, of the part of their pixels that were found.
  public var meanClassAccuracy: Double? { mean((0..<classes).map { accuracy(of: $0) }) }

  /// The part of all counted pixels that are right; nil when none is counted.
  public var pixelAccuracy: Double? {
    ratio((0..<classes).reduce(0) { $0 + counts[$1 * classes + $1] }, total)
  }

  /// IoU of the class that stands for background, by itself (claim C4 is about it).
  public func backgroundIoU(class: Int = 0) -> Double? { iou(of: `class`) }

  /// n[c, c], r_c and s_c.
  private func overlap(of class: Int) -> (both: Int, truth: Int, prediction: Int) {
    precondition((0..<classes).contains(`class`), "class \(`class`) of \(classes)")
    let truth = counts[`class` * classes..<(`class` + 1) * classes].reduce(0, +)
    let prediction = (0..<classes).reduce(0) { $0 + counts[$1 * classes + `class`] }
    return (counts[`class` * classes + `class`], truth, prediction)
  }

  private func ratio(_ part: Int, _ whole: Int) -> Double? {
    whole > 0 ? Double(part) / Double(whole) : nil
  }

  private func mean(_ values: [Double?]) -> Double? {
    let known = values.compactMap { $0 }
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }
}

/// Mean IoU of one label map, over the classes that it or the truth has; nil when all truth is void.
///
/// The mean over a data set is not the mean of these: add every image to one `ConfusionMatrix` for that.
/// - Throws: `MetricError` as `ConfusionMatrix.add(prediction:truth:)` does.
public func meanIoU(of prediction: LabelMap, against truth: LabelMap, classes: Int) throws -> Double? {
  var matrix = ConfusionMatrix(classes: classes)
  try matrix.add(prediction: prediction, truth: truth)
  return matrix.meanIoU
}
