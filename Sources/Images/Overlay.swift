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
