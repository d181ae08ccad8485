import Images

extension Picture {
  /// Classes in their colours, void hatched grey on white.
  ///
  /// The map is enlarged by a whole factor until it is at least `fineness` pixels wide, so that the hatching is finer than the
  /// map's own pixels.
  package init(_ labels: LabelMap, palette: [RGB], fineness: Int = 240) {
    precondition(labels.width > 0 && labels.height > 0, "a picture of no labels")
    let factor = labels.classes.contains(LabelMap.void) ? max(1, (fineness + labels.width - 1) / labels.width) : 1
    let (width, height) = (labels.width * factor, labels.height * factor)
    // A stripe every 8 pixels, 2 of them wide: at 240 pixels for an inch of print, every 2.4 points.
    let (period, stripe) = (8, 2)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(3 * width * height)
    for y in 0..<height {
      for x in 0..<width {
        let label = Int(labels[x / factor, y / factor])
        if label < palette.count {
          bytes += [palette[label].red, palette[label].green, palette[label].blue]
        } else {
          bytes += [UInt8](repeating: (x + y) % period < stripe ? 120 : 255, count: 3)
        }
      }
    }
    self.init(width: width, height: height, bytes: bytes)
  }
}
