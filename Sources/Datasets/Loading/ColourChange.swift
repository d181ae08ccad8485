/// Brightness b, contrast c, saturation s and normalisation of an image, in place.
///
/// ```
/// v <- b v                       brightness
/// v <- m + c (v - m)             contrast, m the mean grey of the brightened image
/// v <- g + s (v - g)             saturation, g the pixel's grey; 3 channels only
/// v <- clamp(v, 0, 1)            only when one of the factors isn't 1
/// v <- (v - mean) / deviation
/// ```
/// Grey is 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), or the only channel. The order and the formulas are those of
/// torchvision's `ColorJitter`, which clamps after each step and not once.
struct ColourChange {
  private let brightness: Float
  private let contrast: Float
  private let saturation: Float
  private let normalization: Normalization

  init(_ choice: Augmentation.Choice, normalization: Normalization) {
    brightness = choice.brightness
    contrast = choice.contrast
    saturation = choice.saturation
    self.normalization = normalization
  }

  /// Everything but the normalisation.
  ///
  /// - Parameters:
  ///   - start: index of the first number of the first row.
  ///   - stride: numbers from one row to the next.
  func change(_ pixels: UnsafeMutableBufferPointer<Float>, start: Int, rows: Int, columns: Int, stride: Int) {
    let channels = normalization.mean.count
    if brightness != 1 || contrast != 1 || saturation != 1 {
      let mean = contrast == 1 ? 0 : meanGrey(pixels, start, rows, columns, stride, channels)
      let gain = brightness * contrast
      let offset = (1 - contrast) * brightness * mean
      for y in 0..<rows {
        let first = start + y * stride
        if channels == 3 {
          for i in Swift.stride(from: first, to: first + columns * 3, by: 3) {
            let red = gain * pixels[i] + offset
            let green = gain * pixels[i + 1] + offset
            let blue = gain * pixels[i + 2] + offset
            let grey = (1 - saturation) * Self.grey(red, green, blue)
            pixels[i] = Self.clamp(grey + saturation * red)
            pixels[i + 1] = Self.clamp(grey + saturation * green)
            pixels[i + 2] = Self.clamp(grey + saturation * blue)
          }
        } else {
          for i in first..<first + columns * channels { pixels[i] = Self.clamp(gain * pixels[i] + offset) }
        }
      }
    }
  }

  /// The last of the steps.
  func normalise(_ pixels: UnsafeMutableBufferPointer<Float>, start: Int, rows: Int, columns: Int, stride: Int) {
    let channels = normalization.mean.count
    for c in 0..<channels {
      let mean = normalization.mean[c]
      let gain = 1 / normalization.standardDeviation[c]
      for y in 0..<rows {
        let first = start + y * stride + c
        for i in Swift.stride(from: first, to: first + columns * channels, by: channels) {
          pixels[i] = (pixels[i] - mean) * gain
        }
      }
    }
  }

  private func meanGrey(
    _ pixels: UnsafeMutableBufferPointer<Float>, _ start: Int, _ rows: Int, _ columns: Int, _ stride: Int,
    _ channels: Int
  ) -> Float {
    var total: Double = 0
    for y in 0..<rows {
      let first = start + y * stride
      var sum: Float = 0
      if channels == 3 {
        for i in Swift.stride(from: first, to: first + columns * 3, by: 3) {
          sum += Self.grey(pixels[i], pixels[i + 1], pixels[i + 2])
        }
      } else {
        for i in Swift.stride(from: first, to: first + columns * channels, by: channels) { sum += pixels[i] }
      }
      total += Double(sum)
    }
    return Float(total / Double(max(1, rows * columns)))
  }

  @inline(__always)
  private static func grey(_ red: Float, _ green: Float, _ blue: Float) -> Float {
    0.299 * red + 0.587 * green + 0.114 * blue
  }

  @inline(__always)
  private static func clamp(_ value: Float) -> Float {
    value > 1 ? 1 : value < 0 ? 0 : value
  }
}
