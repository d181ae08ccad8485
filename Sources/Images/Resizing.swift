extension Image {
  /// The image at another size; each new pixel is the average of the area that it covers in the old image.
  ///
  /// New column i covers the old interval [i W/w, (i+1) W/w), and old pixels that lie partly inside count by that part:
  /// an exact box filter for any ratio, up or down. The parts are ratios of integers and the sums are in double
  /// precision, so an image of one value keeps it exactly.
  ///
  /// Neither size may be 0. Cost: O(old pixels + new height x old width).
  public func resizedByArea(width newWidth: Int, height newHeight: Int) -> Image {
    precondition(width > 0 && height > 0 && newWidth > 0 && newHeight > 0, "no area to average")
    if newWidth == width && newHeight == height { return self }
    let columns = coverage(from: width, to: newWidth)
    let rows = coverage(from: height, to: newHeight)
    let rowLength = width * channels
    let total = Double(width) * Double(height)  // the parts of a new pixel add up to this
    var sums = [Double](repeating: 0, count: rowLength)
    var result: [Float] = []
    result.reserveCapacity(newWidth * newHeight * channels)
    for row in rows {
      for i in 0..<rowLength { sums[i] = 0 }
      for (y, part) in row {
        let start = y * rowLength
        for i in 0..<rowLength { sums[i] += part * Double(values[start + i]) }
      }
      for column in columns {
        for c in 0..<channels {
          var sum = 0.0
          for (x, part) in column { sum += part * sums[x * channels + c] }
          result.append(Float(sum / total))
        }
      }
    }
    return Image(width: newWidth, height: newHeight, channels: channels, values: result)
  }

  /// The image at another size; each new pixel is the old one at its centre, which is `nearestIndex`.
  ///
  /// The old size may not be 0. Cost: O(new pixels).
  public func resizedNearest(width newWidth: Int, height newHeight: Int) -> Image {
    let columns = (0..<newWidth).map { nearestIndex($0, from: width, to: newWidth) }
    var result: [Float] = []
    result.reserveCapacity(newWidth * newHeight * channels)
    for y in 0..<newHeight {
      let row = nearestIndex(y, from: height, to: newHeight) * width
      for x in columns {
        let start = (row + x) * channels
        result.append(contentsOf: values[start..<start + channels])
      }
    }
    return Image(width: newWidth, height: newHeight, channels: channels, values: result)
  }
}

extension LabelMap {
  /// The map at another size; each new pixel has the label of the old one at its centre, so no label appears that was
  /// not there. The old size may not be 0. Cost: O(new pixels).
  public func resizedNearest(width newWidth: Int, height newHeight: Int) -> LabelMap {
    let columns = (0..<newWidth).map { nearestIndex($0, from: width, to: newWidth) }
    var result: [UInt8] = []
    result.reserveCapacity(newWidth * newHeight)
    for y in 0..<newHeight {
      let row = nearestIndex(y, from: height, to: newHeight) * width
      for x in columns { result.append(classes[row + x]) }
    }
    return LabelMap(width: newWidth, height: newHeight, classes: result)
  }
}

/// The old index under the centre of new index i, floor((i + 1/2) old / new), in integers.
func nearestIndex(_ i: Int, from old: Int, to new: Int) -> Int {
  precondition(old > 0, "nothing to sample")
  return (2 * i + 1) * old / (2 * new)
}

/// For each new index, the old indices under it with the part of each, in units of 1 / new of an old pixel.
///
/// In units of 1 / (old new) of the whole length, new pixel i is [i old, (i+1) old) and old pixel j is
/// [j new, (j+1) new); the parts are the lengths of the overlaps and add up to `old`.
func coverage(from old: Int, to new: Int) -> [[(index: Int, part: Double)]] {
  (0..<new).map { i in
    let start = i * old
    let end = start + old
    return (start / new...(end - 1) / new).map { j in
      (index: j, part: Double(min(end, (j + 1) * new) - max(start, j * new)))
    }
  }
}
