import Datasets
import Images
import Networks
import Support
import Training

/// Using a trained network on images.
extension Checkpoint {
  /// The class of each pixel of an image of any size, which is padded to what the network takes.
  public func predict(_ image: Image) throws -> LabelMap {
    let dataset = InMemoryDataset(
      name: "image", classes: description.classes,
      samples: [
        Sample(
          image: image.converted(toChannels: description.network.channels),
          labels: LabelMap(width: image.width, height: image.height, fill: 0))
      ])
    let item = try EvaluationBatches(
      dataset: dataset, batchSize: 1, normalization: description.normalization, multiple: network.sizeMultiple
    ).batch(at: 0)
    let padded = try network.predictions(of: item.batch)
    let classes = (0..<image.height).flatMap { y in
      padded[y * item.batch.width..<y * item.batch.width + image.width]
    }
    return LabelMap(width: image.width, height: image.height, classes: classes)
  }
}

/// A colour per class, from Okabe and Ito's colour-blind safe palette; classes past the seventh repeat it darker.
public func palette(classes: Int, background: Int?) -> [RGB] {
  let okabeIto = [
    RGB(red: 230, green: 159, blue: 0), RGB(red: 86, green: 180, blue: 233), RGB(red: 0, green: 158, blue: 115),
    RGB(red: 240, green: 228, blue: 66), RGB(red: 0, green: 114, blue: 178), RGB(red: 213, green: 94, blue: 0),
    RGB(red: 204, green: 121, blue: 167),
  ]
  var next = 0
  return (0..<classes).map { k in
    if k == background { return RGB(red: 0, green: 0, blue: 0) }
    defer { next += 1 }
    let colour = okabeIto[next % okabeIto.count]
    // Each further round is a third darker: 1, 2/3, 4/9, … of the first.
    let dark = (0..<next / okabeIto.count).reduce(1.0) { factor, _ in factor * 2 / 3 }
    func shade(_ value: UInt8) -> UInt8 { UInt8((Double(value) * dark).rounded()) }
    return RGB(red: shade(colour.red), green: shade(colour.green), blue: shade(colour.blue))
  }
}

/// The image with its classes painted over it, half transparent; the background class and void stay as they are.
public func overlay(_ labels: LabelMap, on image: Image, palette: [RGB], background: Int?) -> Image {
  precondition(image.width == labels.width && image.height == labels.height, "an overlay has its image's size")
  var result = image.converted(toChannels: 3)
  for (p, label) in labels.classes.enumerated() where Int(label) < palette.count && Int(label) != background {
    let colour = palette[Int(label)]
    for (c, value) in [colour.red, colour.green, colour.blue].enumerated() {
      result.values[3 * p + c] = (result.values[3 * p + c] + Float(value) / 255) / 2
    }
  }
  return result
}
