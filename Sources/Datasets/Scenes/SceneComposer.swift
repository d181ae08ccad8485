import Images
import Randomness

/// Puts one scene together; `FashionScenes` has the rules.
enum SceneComposer {
  /// Draws, in this order: the noise, the number of garments, then class, image, x and y of each.
  ///
  /// - Parameter pools: for each class of the preset, the images to choose from; none is empty.
  static func scene(
    _ preset: FashionScenes.Preset, garments: FashionMNIST, pools: [[Int]], stream: inout RandomStream
  ) -> Sample {
    let size = preset.size
    var pixels = [Float](repeating: 0, count: size * size)
    for i in pixels.indices { pixels[i] = stream.uniform() * FashionScenes.threshold }
    var classes = [UInt8](repeating: 0, count: size * size)

    let number = preset.garments.lowerBound + stream.integer(below: preset.garments.count)
    for _ in 0..<number {
      let kind = stream.integer(below: pools.count)
      let index = pools[kind][stream.integer(below: pools[kind].count)]
      let garment = garments.garment(at: index, size: preset.garmentSize)
      let x = stream.integer(below: size - preset.garmentSize + 1)
      let y = stream.integer(below: size - preset.garmentSize + 1)
      for row in 0..<preset.garmentSize {
        let source = row * preset.garmentSize
        let target = (y + row) * size + x
        for column in 0..<preset.garmentSize where garment[source + column] > FashionScenes.threshold {
          pixels[target + column] = garment[source + column]
          classes[target + column] = UInt8(kind + 1)
        }
      }
    }
    return Sample(
      image: Image(width: size, height: size, channels: 1, values: pixels),
      labels: LabelMap(width: size, height: size, classes: classes))
  }
}
