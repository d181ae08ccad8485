import Datasets
import Images
import Networks
import Tensors
import Testing

@testable import Training

@Suite struct PredictionTests {
  private func checkpoint(channels: Int, classes: Int = 3) -> Checkpoint {
    let architecture = Architecture(channels: channels, width: 2, classes: classes)
    let description = Checkpoint.Description(
      network: architecture, classes: (0..<classes).map { "class \($0)" },
      normalization: Normalization(
        mean: [Float](repeating: 0.4, count: channels), standardDeviation: [Float](repeating: 0.3, count: channels)),
      row: "folder/ce", seed: 1, steps: 1, backgroundClass: nil)
    return Checkpoint(description: description, network: architecture.network(seed: 4))
  }

  /// The prediction of a padded image is cut back: it equals the network's own on the padding done by hand.
  @Test(arguments: [(13, 11), (1, 1), (8, 16), (9, 2)], [1, 3])
  func imagesOfAnySize(size: (Int, Int), channels: Int) throws {
    let (width, height) = size
    let checkpoint = checkpoint(channels: channels)
    let values = (0..<width * height * channels).map { Float($0 * 37 % 101) / 100 }
    let image = Image(width: width, height: height, channels: channels, values: values)
    let labels = try checkpoint.predict(image)
    #expect(labels.width == width && labels.height == height)
    let (wide, high) = ((width + 7) / 8 * 8, (height + 7) / 8 * 8)
    var batch = Batch(count: 1, height: high, width: wide, channels: channels)
    for y in 0..<height {
      for x in 0..<width {
        for c in 0..<channels { batch.pixels[(y * wide + x) * channels + c] = (image[x, y, c] - 0.4) / 0.3 }
      }
    }
    let whole = LabelMap(width: wide, height: high, classes: try checkpoint.network.predictions(of: batch))
    for y in 0..<height { for x in 0..<width { #expect(labels[x, y] == whole[x, y]) } }
  }

  @Test func channelsAreConverted() throws {
    let grey = Image(width: 9, height: 5, channels: 1, values: (0..<45).map { Float($0) / 45 })
    #expect(try checkpoint(channels: 3).predict(grey) == checkpoint(channels: 3).predict(grey.converted(toChannels: 3)))
    let colour = Image(width: 9, height: 5, channels: 4, values: (0..<180).map { Float($0) / 180 })
    #expect(
      try checkpoint(channels: 1).predict(colour) == checkpoint(channels: 1).predict(colour.converted(toChannels: 1)))
  }

  @Test func coloursDiffer() {
    let colours = palette(classes: 21, background: 0)
    #expect(colours.count == 21 && Set(colours).count == 21)
    #expect(colours[0] == RGB(red: 0, green: 0, blue: 0) && colours[1] == RGB(red: 230, green: 159, blue: 0))
    #expect(colours[8] == RGB(red: 153, green: 106, blue: 0))  // the first again, two thirds as bright
    #expect(palette(classes: 2, background: nil)[0] == RGB(red: 230, green: 159, blue: 0))
    #expect(palette(classes: 0, background: nil).isEmpty)
    #expect(palette(classes: 255, background: 3).count == 255)
  }

  @Test func classesArePaintedOverTheImage() {
    let image = Image(width: 3, height: 1, channels: 1, values: [0.2, 0.4, 0.6])
    let colours = [RGB(red: 0, green: 0, blue: 0), RGB(red: 255, green: 0, blue: 51)]
    let painted = overlay(
      LabelMap(width: 3, height: 1, classes: [0, 1, 255]), on: image, palette: colours, background: 0)
    let expected: [Float] = [0.2, 0.2, 0.2, 0.7, 0.2, 0.3, 0.6, 0.6, 0.6]
    #expect(painted.channels == 3 && zip(painted.values, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    let all = overlay(LabelMap(width: 3, height: 1, fill: 0), on: image, palette: colours, background: nil)
    #expect(abs(all[0, 0, 0] - 0.1) < 1e-6)
  }
}
