import Images

/// Writes one sample into one place of a batch: resized, cropped or padded, flipped, coloured and normalised.
///
/// Cost: for each pixel of the frame a handful of multiplications; 0.3 ms for 160 x 120 RGB pixels at a random scale.
struct SampleRenderer {
  let normalization: Normalization
  /// A row of the source mixed from several, reused between rows and samples.
  private var row: [Float] = []

  init(normalization: Normalization) {
    self.normalization = normalization
  }

  /// - Parameters:
  ///   - sample: an image with as many channels as the batch.
  ///   - position: which of the batch's images to write; all of its pixels and labels are overwritten.
  ///   - choice: what to change on the way.
  mutating func render(_ sample: Sample, into batch: inout Batch, at position: Int, choice: Augmentation.Choice) {
    let image = sample.image
    let channels = batch.channels
    precondition(image.channels == channels, "an image of \(image.channels) channels in a batch of \(channels)")
    precondition((0..<batch.count).contains(position), "place \(position) in a batch of \(batch.count)")
    clear(&batch, at: position)
    guard image.width > 0, image.height > 0 else { return }

    let scaledWidth = max(1, Int((Float(image.width) * choice.scale).rounded()))
    let scaledHeight = max(1, Int((Float(image.height) * choice.scale).rounded()))
    let across = Placement(scaled: scaledWidth, frame: batch.width, share: choice.x)
    let down = Placement(scaled: scaledHeight, frame: batch.height, share: choice.y)
    // A flip mirrors the frame, padding included.
    let columns =
      choice.flip ? batch.width - across.target.upperBound..<batch.width - across.target.lowerBound : across.target
    let xTaps = AxisTaps(source: image.width, scaled: scaledWidth, range: across.source, reversed: choice.flip)
    let yTaps = AxisTaps(source: image.height, scaled: scaledHeight, range: down.source)

    let frame = batch.height * batch.width
    if row.count != image.width * channels { row = [Float](repeating: 0, count: image.width * channels) }
    batch.pixels.withUnsafeMutableBufferPointer { pixels in
      let frameStart = position * frame * channels
      image.values.withUnsafeBufferPointer { source in
        row.withUnsafeMutableBufferPointer { row in
          for (line, y) in down.target.enumerated() {
            Self.mixRows(source, yTaps, line, into: row)
            let start = frameStart + (y * batch.width + columns.lowerBound) * channels
            Self.mixColumns(row, xTaps, channels, into: pixels, at: start)
          }
        }
      }
      let colour = ColourChange(choice, normalization: normalization)
      let firstRow = frameStart + (down.target.lowerBound * batch.width + columns.lowerBound) * channels
      colour.apply(
        to: pixels, start: firstRow, rows: down.target.count, columns: columns.count, stride: batch.width * channels)
    }
    batch.labels.withUnsafeMutableBufferPointer { labels in
      sample.labels.classes.withUnsafeBufferPointer { classes in
        for (line, y) in down.target.enumerated() {
          let from = yTaps.nearest[line] * image.width
          let to = position * frame + y * batch.width + columns.lowerBound
          for x in 0..<columns.count { labels[to + x] = classes[from + xTaps.nearest[x]] }
        }
      }
    }
  }

  private func clear(_ batch: inout Batch, at position: Int) {
    let frame = batch.height * batch.width
    batch.pixels.withUnsafeMutableBufferPointer { pixels in
      let size = frame * batch.channels
      pixels[position * size..<(position + 1) * size].update(repeating: 0)
    }
    batch.labels.withUnsafeMutableBufferPointer { labels in
      labels[position * frame..<(position + 1) * frame].update(repeating: LabelMap.void)
    }
  }

  /// Mixes source rows to the row that one line of the resized image is made from.
  private static func mixRows(
    _ source: UnsafeBufferPointer<Float>, _ taps: AxisTaps, _ line: Int, into row: UnsafeMutableBufferPointer<Float>
  ) {
    let count = row.count
    for tap in 0..<taps.length {
      let weight = taps.weights[line * taps.length + tap]
      let from = (taps.starts[line] + tap) * count
      if tap == 0 {
        for i in 0..<count { row[i] = weight * source[from + i] }
      } else if weight != 0 {
        for i in 0..<count { row[i] += weight * source[from + i] }
      }
    }
  }

  /// Mixes the pixels of one row to the columns of the resized image.
  private static func mixColumns(
    _ row: UnsafeMutableBufferPointer<Float>, _ taps: AxisTaps, _ channels: Int,
    into pixels: UnsafeMutableBufferPointer<Float>, at start: Int
  ) {
    let length = taps.length
    taps.weights.withUnsafeBufferPointer { weights in
      taps.starts.withUnsafeBufferPointer { starts in
        for x in 0..<starts.count {
          let from = starts[x] * channels
          let to = start + x * channels
          for c in 0..<channels {
            var sum: Float = 0
            for tap in 0..<length { sum += weights[x * length + tap] * row[from + tap * channels + c] }
            pixels[to + c] = sum
          }
        }
      }
    }
  }
}
