import Images

/// A position in a feature space for each pixel, in units of the kernel's deviations: `[pixels][dimensions]`.
struct PointFeatures {
  let dimensions: Int
  let values: [Float]

  var count: Int { values.count / dimensions }

  init(dimensions: Int, values: [Float]) {
    precondition(dimensions >= 1 && values.count % dimensions == 0, "whole points of at least one dimension")
    (self.dimensions, self.values) = (dimensions, values)
  }

  /// Column and row of each pixel and, where `colour` says how far colours may differ, its channels.
  init(positionsOf image: Image, deviation: Float, andColoursWith colour: Float? = nil) {
    let dimensions = 2 + (colour == nil ? 0 : image.channels)
    var values: [Float] = []
    values.reserveCapacity(image.width * image.height * dimensions)
    for y in 0..<image.height {
      for x in 0..<image.width {
        values += [Float(x) / deviation, Float(y) / deviation]
        if let colour { for c in 0..<image.channels { values.append(image[x, y, c] / colour) } }
      }
    }
    self.init(dimensions: dimensions, values: values)
  }
}
