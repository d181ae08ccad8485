import CKernels

/// Class scores as the C kernels take them: rows padded with zeros to whole vectors.
struct PaddedScores {
  let pixels: Int
  let classes: Int
  /// Floats from one pixel to the next: `classes` rounded up to a multiple of 8.
  let row: Int
  var values: [Float]

  init(pixels: Int, classes: Int) {
    let unit = Int(RSS_ROW_UNIT)
    (self.pixels, self.classes, row) = (pixels, classes, (classes + unit - 1) / unit * unit)
    values = [Float](repeating: 0, count: pixels * row)
  }

  /// Each score, or a function of it; the padding is 0.
  init(_ scores: ClassScores, _ transform: (Float) -> Float = { $0 }) {
    self.init(pixels: scores.pixels, classes: scores.classes)
    for pixel in 0..<pixels {
      for k in 0..<classes { values[pixel * row + k] = transform(scores.values[pixel * classes + k]) }
    }
  }

  /// The scores without the padding.
  func scores(height: Int, width: Int) -> ClassScores {
    precondition(height * width == pixels, "\(pixels) pixels aren't \(height) x \(width)")
    let unpadded = (0..<pixels).flatMap { values[$0 * row..<$0 * row + classes] }
    return ClassScores(height: height, width: width, classes: classes, values: unpadded)
  }
}
