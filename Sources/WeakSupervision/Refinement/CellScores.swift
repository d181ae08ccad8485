import Tensors

/// Scores on a coarser grid: cells of `stride` x `stride` pixels from the upper left corner, cut off at the lower right.
extension ClassScores {
  /// Each cell's mean over its pixels inside the image.
  func averaged(overCellsOf stride: Int) -> ClassScores {
    if stride == 1 { return self }
    let cells = ClassScores(
      height: (height + stride - 1) / stride, width: (width + stride - 1) / stride, classes: classes, fill: 0)
    var sums = [Double](repeating: 0, count: cells.values.count)
    for y in 0..<height {
      for x in 0..<width {
        let cell = (y / stride * cells.width + x / stride) * classes
        let pixel = (y * width + x) * classes
        for k in 0..<classes { sums[cell + k] += Double(values[pixel + k]) }
      }
    }
    var result = cells
    for y in 0..<cells.height {
      for x in 0..<cells.width {
        let pixels = min(stride, height - y * stride) * min(stride, width - x * stride)
        let cell = (y * cells.width + x) * classes
        for k in 0..<classes { result.values[cell + k] = Float(sums[cell + k] / Double(pixels)) }
      }
    }
    return result
  }

  /// Pixels from cells: bilinear between the cells' centres, cut to the image's size.
  func enlarged(by stride: Int, height: Int, width: Int) -> ClassScores {
    if stride == 1 { return self }
    let grid = Variable(Tensor(values, shape: [1, self.height, self.width, classes]))
    let all = Tape(recording: false).bilinearResizing(grid, height: self.height * stride, width: self.width * stride)
    let (scalars, rowLength) = (all.value.scalars, self.width * stride * classes)
    let inside = (0..<height).flatMap { y in scalars[y * rowLength..<y * rowLength + width * classes] }
    return ClassScores(height: height, width: width, classes: classes, values: inside)
  }
}
