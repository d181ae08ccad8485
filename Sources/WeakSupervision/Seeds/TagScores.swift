import Images

/// How much each pixel of one image looks like each of a few classes: seeds, and what refinement makes of them.
///
/// Only classes that can be in the image have scores, in general its tags; others don't compete.
public struct TagScores: Sendable, Equatable {
  /// W, columns.
  public let width: Int
  /// H, rows.
  public let height: Int
  /// The ids of the classes that have scores, ascending; there may be none.
  public let classes: [UInt8]
  /// `[H, W, classes]`, nominally in 0...1.
  public var values: [Float]

  /// - Precondition: one value for each pixel and class.
  public init(width: Int, height: Int, classes: [UInt8], values: [Float]) {
    precondition(values.count == width * height * classes.count, "a score for each pixel and class")
    precondition(zip(classes, classes.dropFirst()).allSatisfy { $0 < $1 }, "class ids ascend: \(classes)")
    (self.width, self.height, self.classes, self.values) = (width, height, classes, values)
  }

  /// The same with one more class of the same score everywhere: the background, whose score is the threshold that
  /// other classes have to exceed.
  public func adding(_ added: UInt8, score: Float) -> TagScores {
    precondition(!classes.contains(added), "class \(added) has scores already")
    let all = (classes + [added]).sorted()
    let place = all.firstIndex(of: added) ?? 0
    var mixed = [Float](repeating: score, count: width * height * all.count)
    for p in 0..<width * height {
      for k in classes.indices {
        mixed[p * all.count + (k < place ? k : k + 1)] = values[p * classes.count + k]
      }
    }
    return TagScores(width: width, height: height, classes: all, values: mixed)
  }

  /// Each pixel's class of the highest score where that is over `threshold`, else the background; the lowest id wins a
  /// tie. Scores that have the background among them need no threshold.
  public func labels(above threshold: Float = -.infinity, background: UInt8) -> LabelMap {
    var labels = LabelMap(width: width, height: height, fill: background)
    let count = classes.count
    values.withUnsafeBufferPointer { values in
      for p in 0..<width * height {
        var highest = threshold
        for k in 0..<count where values[p * count + k] > highest {
          (highest, labels.classes[p]) = (values[p * count + k], classes[k])
        }
      }
    }
    return labels
  }
}
