/// Average precision: the area under the precision-recall steps,
///
///     AP = sum over thresholds t, falling, of (R_t - R_previous) P_t
///
/// without interpolation. Items of equal score fall together, so their order doesn't matter.
///
/// - Parameters:
///   - scores: how sure the classifier is that each item is positive; none may be NaN.
///   - positives: whether it is.
/// - Returns: in 0...1; nil when no item is positive, since recall is then undefined.
/// - Cost: O(n log n).
public func averagePrecision(scores: [Float], positives: [Bool]) -> Double? {
  precondition(scores.count == positives.count, "\(scores.count) scores for \(positives.count) items")
  let total = positives.count { $0 }
  guard total > 0 else { return nil }
  let order = scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
  var (seen, found, area) = (0, 0, 0.0)
  while seen < order.count {
    let score = scores[order[seen]]
    let before = found
    while seen < order.count, scores[order[seen]] == score {
      if positives[order[seen]] { found += 1 }
      seen += 1
    }
    area += Double(found - before) / Double(total) * Double(found) / Double(seen)
  }
  return area
}

/// How well a multi-label classifier ranks images, for each class.
public struct ClassificationScores: Sendable, Equatable, Codable {
  /// nil for a class that no image shows.
  public let averagePrecision: [Double?]

  /// - Parameters:
  ///   - scores: `[images, classes]`, row-major.
  ///   - positives: whether each image shows each class, in the same order.
  public init(scores: [Float], positives: [Bool], classes: Int) {
    precondition(classes >= 1 && scores.count % classes == 0 && scores.count == positives.count, "a score per class")
    averagePrecision = (0..<classes).map { c in
      let places = stride(from: c, to: scores.count, by: classes)
      return Metrics.averagePrecision(scores: places.map { scores[$0] }, positives: places.map { positives[$0] })
    }
  }

  /// mAP over the classes that have one; nil when none has.
  public var mean: Double? {
    let known = averagePrecision.compactMap { $0 }
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }
}
