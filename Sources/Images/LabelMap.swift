/// A class for every pixel: `height` rows of `width` bytes, rows from the top.
///
/// Classes count from 0; `LabelMap.void` (255) marks pixels that nothing ever counts. Pixel (x, y) is
/// `classes[y * width + x]`.
public struct LabelMap: Sendable, Equatable {
  /// The label of pixels that no reward, loss or metric counts: object borders in VOC, unlabelled areas elsewhere.
  public static let void: UInt8 = 255

  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// `height * width` labels.
  public var classes: [UInt8]

  /// A map of the given labels. Sizes may be 0; `classes` must have as many labels as they say.
  public init(width: Int, height: Int, classes: [UInt8]) {
    precondition(width >= 0 && height >= 0, "a label map of \(width) x \(height)")
    precondition(classes.count == width * height, "\(classes.count) labels for a map of \(width) x \(height)")
    self.width = width
    self.height = height
    self.classes = classes
  }

  /// A map of one label everywhere.
  public init(width: Int, height: Int, fill: UInt8) {
    precondition(width >= 0 && height >= 0, "a label map of \(width) x \(height)")
    self.init(width: width, height: height, classes: [UInt8](repeating: fill, count: width * height))
  }

  /// The label of the pixel in column `x` and row `y`.
  @inlinable
  public subscript(x: Int, y: Int) -> UInt8 {
    get {
      precondition(x >= 0 && x < width, "pixel outside the label map")
      return classes[y * width + x]
    }
    set {
      precondition(x >= 0 && x < width, "pixel outside the label map")
      classes[y * width + x] = newValue
    }
  }

  /// How many pixels have each label: 256 numbers, the last one for void.
  public func histogram() -> [Int] {
    var counts = [Int](repeating: 0, count: 256)
    for label in classes { counts[Int(label)] += 1 }
    return counts
  }

  /// How many pixels have each of the first `count` classes. Void and labels from `count` on are in none of the
  /// numbers; compare their sum with `width * height`, or see `histogram()`, to know whether there were any.
  public func histogram(classes count: Int) -> [Int] {
    precondition((0...255).contains(count), "label maps hold 0 to 255 classes, not \(count)")
    return Array(histogram().prefix(count))
  }
}
