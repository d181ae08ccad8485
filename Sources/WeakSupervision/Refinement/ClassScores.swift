import Images
import Support

/// A number for every pixel and class: probabilities, activations or logits of one image.
///
/// The order is `[H, W, K]`, rows from the top: class k of pixel (x, y) is `values[(y * width + x) * classes + k]`.
public struct ClassScores: Sendable, Equatable {
  /// H, rows.
  public let height: Int
  /// W, columns.
  public let width: Int
  /// K, numbers of a pixel.
  public let classes: Int
  /// `height * width * classes` numbers in the order given above.
  public var values: [Float]

  /// Scores of the given values. Sizes may be 0; there are 1 to 255 classes, as labels can tell apart beside void; `values`
  /// must have as many numbers as they say.
  public init(height: Int, width: Int, classes: Int, values: [Float]) {
    precondition(
      height >= 0 && width >= 0 && (1...255).contains(classes), "scores of \(height) x \(width) x \(classes)")
    precondition(
      values.count == height * width * classes, "\(values.count) values for scores of \(height) x \(width) x \(classes)"
    )
    (self.height, self.width, self.classes, self.values) = (height, width, classes, values)
  }

  /// The same score everywhere.
  public init(height: Int, width: Int, classes: Int, fill: Float) {
    self.init(
      height: height, width: width, classes: classes, values: [Float](repeating: fill, count: height * width * classes))
  }

  /// H W.
  public var pixels: Int { height * width }

  /// The score of class `k` in column `x` and row `y`.
  public subscript(x: Int, y: Int, k: Int) -> Float {
    get { values[offset(x, y, k)] }
    set { values[offset(x, y, k)] = newValue }
  }

  private func offset(_ x: Int, _ y: Int, _ k: Int) -> Int {
    precondition(x >= 0 && x < width && k >= 0 && k < classes, "score outside the image")
    return (y * width + x) * classes + k
  }
}

extension ClassScores {
  /// The class of the highest score of each pixel; the lowest class wins a tie.
  public var labels: LabelMap {
    let labels = (0..<pixels).map { pixel -> UInt8 in
      var best = 0
      for k in 1..<max(1, classes) where values[pixel * classes + k] > values[pixel * classes + best] { best = k }
      return UInt8(best)
    }
    return LabelMap(width: width, height: height, classes: labels)
  }

  /// Scores from 0 up as probabilities: each pixel's divided by their sum. A pixel of zeros is uniform.
  ///
  /// - Throws: `InputError` for a score that is negative, infinite or not a number.
  public func probabilities() throws -> ClassScores {
    var result = self
    for pixel in 0..<pixels {
      let range = pixel * classes..<(pixel + 1) * classes
      // In double, because the sum of large scores may not fit a Float.
      var sum = 0.0
      for i in range {
        guard values[i] >= 0, values[i].isFinite else {
          throw InputError(
            "class scores", found: "\(values[i]) for class \(i - range.lowerBound) of pixel \(pixel)",
            expected: "finite numbers from 0 up",
            advice: "Take the softmax of logits, or the positive part of activations."
          )
        }
        sum += Double(values[i])
      }
      for i in range { result.values[i] = sum > 0 ? Float(Double(values[i]) / sum) : 1 / Float(classes) }
    }
    return result
  }

  /// - Throws: `InputError` where the scores aren't those of this image: another size, no pixel at all, or a number on
  ///   either side that isn't finite.
  func validate(for image: Image) throws {
    guard width == image.width && height == image.height else {
      throw InputError(
        "class scores", found: "\(width) x \(height) pixels for an image of \(image.width) x \(image.height)",
        expected: "the same size", advice: "Resize the scores to the image first.")
    }
    guard pixels > 0 else {
      throw InputError(
        "class scores", found: "an image without pixels", expected: "at least one pixel",
        advice: "Leave empty images out of the list.")
    }
    for (subject, numbers) in [("class scores", values), ("image", image.values)] {
      if let bad = numbers.first(where: { !$0.isFinite }) {
        throw InputError(
          subject, found: "the value \(bad)", expected: "finite numbers",
          advice: "Look at what made them: a training that diverged, or a division by zero.")
      }
    }
  }
}
