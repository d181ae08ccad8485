import Images

/// IoU of each class along its contours: how well the outlines agree, where plain IoU mostly sees the insides.
///
///     |T_d ∩ P_d| / |T_d ∪ P_d|
///
/// T_d are the pixels of the class in the truth that lie within `width` pixels of the class's outline, on the inside, and
/// P_d the same of the prediction. Nil where neither has such a pixel. Distance counts diagonal steps as one, and the
/// edge of the image is part of the outline, as in the authors' program (a 3 x 3 erosion, `width` times).
///
/// Void pixels of the truth are made void in the prediction too: both then have the same hole, and its rim is outline
/// to both.
///
/// - Parameters:
///   - prediction: `[H, W]` labels, all classes where the truth isn't void.
///   - width: of the band, in pixels, at least 1; `boundaryWidth(forWidth:height:)` is the authors' choice.
/// - Throws: `MetricError` as `ConfusionMatrix.add(prediction:truth:)` does.
///
/// Cost: O(pixels), whatever `width` is. Source: Cheng, Girshick, Dollár, Berg, Kirillov, "Boundary IoU: improving
/// object-centric image segmentation evaluation", CVPR 2021.
public func boundaryIoU(
  of prediction: LabelMap, against truth: LabelMap, classes: Int, width: Int
) throws -> [Double?] {
  var counts = BoundaryCounts(classes: classes)
  try counts.add(prediction: prediction, truth: truth, width: width)
  return counts.perClassIoU
}

/// The pixels of `boundaryIoU` over several images, whose contours then count as those of one.
public struct BoundaryCounts: Sendable, Equatable {
  private var both: [Int]
  private var either: [Int]

  /// Of no image yet.
  public init(classes: Int) {
    both = [Int](repeating: 0, count: classes)
    either = both
  }

  /// All of its counts, one list after the other.
  package var counts: [Int] { both + either }

  /// Known counts.
  package init(counts: [Int]) {
    (both, either) = (Array(counts.prefix(counts.count / 2)), Array(counts.suffix(counts.count / 2)))
  }

  /// Counts one image.
  ///
  /// - Parameters: as those of `boundaryIoU`.
  /// - Throws: `MetricError` as `ConfusionMatrix.add(prediction:truth:)` does; nothing is counted then.
  public mutating func add(prediction: LabelMap, truth: LabelMap, width: Int) throws {
    precondition(width >= 1, "a boundary is at least one pixel wide, not \(width)")
    var checked = ConfusionMatrix(classes: both.count)
    try checked.add(prediction: prediction, truth: truth)

    var masked = prediction
    for offset in truth.classes.indices where truth.classes[offset] == LabelMap.void {
      masked.classes[offset] = LabelMap.void
    }
    let truthInside = interior(of: truth, width: width)
    let predictionInside = interior(of: masked, width: width)
    for offset in truth.classes.indices where truth.classes[offset] != LabelMap.void {
      let t = Int(truth.classes[offset])
      let p = Int(masked.classes[offset])
      let inTruth = !truthInside[offset]
      let inPrediction = !predictionInside[offset]
      if inTruth { either[t] += 1 }
      if inPrediction && !(inTruth && p == t) { either[p] += 1 }
      if inTruth && inPrediction && p == t { both[t] += 1 }
    }
  }

  /// Of each class; nil where neither side has a pixel near an outline.
  public var perClassIoU: [Double?] {
    zip(both, either).map { $1 > 0 ? Double($0) / Double($1) : nil }
  }

  /// Over the classes that have one; nil where none has.
  public var meanIoU: Double? {
    let known = perClassIoU.compactMap(\.self)
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }
}

/// The width of band that Cheng et al. use: 2% of the image's diagonal, rounded, at least one pixel.
public func boundaryWidth(forWidth width: Int, height: Int) -> Int {
  let diagonal = (Double(width) * Double(width) + Double(height) * Double(height)).squareRoot()
  return max(1, Int((0.02 * diagonal).rounded()))
}

/// Where the square of side 2 width + 1 around a pixel lies in the image and has one label: what is left of every class
/// after `width` erosions.
///
/// A row of the square has one label if the run of equal labels reaches `width` to both sides; the square has, if such
/// rows of the same label reach `width` up and down. Run lengths make both O(pixels).
func interior(of map: LabelMap, width reach: Int) -> [Bool] {
  let (w, h) = (map.width, map.height)
  let labels = map.classes
  let rows = reaching(
    lines: h, length: w, lineStep: w, step: 1, reach: reach, joined: { labels[$0] == labels[$1] })
  let squares = reaching(
    lines: w, length: h, lineStep: 1, step: w, reach: reach,
    joined: { rows[$0] && rows[$1] && labels[$0] == labels[$1] })
  return labels.indices.map { rows[$0] && squares[$0] }
}

/// Along each line: whether the run of joined neighbours around a pixel reaches `reach` pixels to both sides.
private func reaching(
  lines: Int, length: Int, lineStep: Int, step: Int, reach: Int, joined: (Int, Int) -> Bool
) -> [Bool] {
  var result = [Bool](repeating: false, count: lines * length)
  for line in 0..<lines {
    var start = 0
    while start < length {
      var end = start + 1  // the run is start..<end
      while end < length && joined(line * lineStep + (end - 1) * step, line * lineStep + end * step) { end += 1 }
      // The bounds are compared before they are added up, so that no reach is too long.
      if reach < end - start {
        for i in start..<end where i - start >= reach && end - 1 - i >= reach {
          result[line * lineStep + i * step] = true
        }
      }
      start = end
    }
  }
  return result
}
