import Foundation
import Images
import Support
import Testing

@testable import Datasets

@Suite struct AugmentationTests {
  /// One sample rendered into a frame without normalisation.
  private func render(
    _ sample: Sample, width: Int, height: Int, _ change: (inout Augmentation.Choice) -> Void = { _ in }
  ) -> Rendered {
    var batch = Batch(count: 1, height: height, width: width, channels: sample.image.channels)
    var choice = Augmentation.Choice.neutral
    change(&choice)
    var renderer = SampleRenderer(normalization: .identity(channels: sample.image.channels))
    renderer.render(sample.image, into: &batch, at: 0, choice: choice)
    var labels = [UInt8](repeating: 7, count: width * height)
    SampleRenderer.render(sample.labels, into: &labels, height: height, width: width, at: 0, choice: choice)
    #expect(VoidMask(of: labels) == batch.void)
    return Rendered(pixels: batch.pixels, labels: labels)
  }

  private struct Rendered {
    var pixels: [Float]
    var labels: [UInt8]
  }

  @Test func noneChangesNothing() {
    let sample = encodedSample(width: 5, height: 3, channels: 3)
    let batch = render(sample, width: 5, height: 3)
    #expect(batch.pixels == sample.image.values && batch.labels == sample.labels.classes)
  }

  @Test func aFlipMirrorsImageAndLabels() {
    let sample = encodedSample(width: 5, height: 3, channels: 3)
    let batch = render(sample, width: 5, height: 3) { $0.flip = true }
    for y in 0..<3 {
      for x in 0..<5 {
        #expect(batch.labels[y * 5 + x] == sample.labels[4 - x, y])
        #expect(batch.pixels[(y * 5 + x) * 3] == sample.image[4 - x, y, 0])
      }
    }
  }

  @Test func smallImagesArePaddedWithZeroAndVoid() {
    let sample = encodedSample(width: 2, height: 1, channels: 1, first: 1)
    let batch = render(sample, width: 4, height: 3)
    #expect(batch.labels == [255, 255, 255, 255, 255, 1, 2, 255, 255, 255, 255, 255])
    #expect(batch.pixels == [0, 0, 0, 0, 0, 0.1, 0.2, 0, 0, 0, 0, 0])
  }

  @Test func aFlipMirrorsThePaddingToo() {
    let sample = encodedSample(width: 2, height: 1, channels: 1, first: 1)
    let batch = render(sample, width: 5, height: 1) {
      $0.x = 0
      $0.flip = true
    }
    #expect(batch.labels == [255, 255, 255, 2, 1])
  }

  @Test func largeImagesAreCropped() {
    let sample = encodedSample(width: 6, height: 5, channels: 1, classes: 30)
    let batch = render(sample, width: 2, height: 3)
    #expect(batch.labels == [8, 9, 14, 15, 20, 21])
  }

  @Test func aSinglePixelEnlarged() {
    let sample = encodedSample(width: 1, height: 1, channels: 3, first: 2)
    let batch = render(sample, width: 3, height: 3) { $0.scale = 3 }
    #expect(batch.labels == [UInt8](repeating: 2, count: 9))
    #expect(batch.pixels.allSatisfy { abs($0 - 0.2) < 1e-6 })
  }

  @Test func whatVanishesLeavesAPixel() {
    let batch = render(encodedSample(width: 3, height: 3, channels: 1), width: 4, height: 4) { $0.scale = 0.01 }
    #expect(batch.labels.filter { $0 != 255 }.count == 1)
  }

  /// Squares of 8 pixels, each of one class, whose intensity is a tenth of it: after any change of geometry a pixel
  /// that isn't near an edge still shows its class.
  @Test func geometryKeepsImageAndLabelsTogether() throws {
    var labels = LabelMap(width: 32, height: 24, fill: 0)
    var image = Image(width: 32, height: 24, channels: 3, fill: 0)
    for y in 0..<24 {
      for x in 0..<32 {
        let square = (x / 8 + y / 8) % 4
        labels[x, y] = UInt8(square)
        for c in 0..<3 { image[x, y, c] = Float(square) / 10 }
      }
    }
    let sample = Sample(image: image, labels: labels)
    let geometry = Augmentation(horizontalFlip: true, scale: 0.75...1.5)
    for step in 0..<50 {
      let choice = geometry.choice(seed: 5, step: step, position: 0)
      let batch = render(sample, width: 32, height: 24) { $0 = choice }
      var agreeing = 0
      var counted = 0
      for (pixel, label) in batch.labels.enumerated() where label != 255 {
        counted += 1
        if abs(batch.pixels[pixel * 3] - Float(label) / 10) < 0.049 { agreeing += 1 }
      }
      #expect(counted > 0 && Double(agreeing) / Double(counted) > 0.85, "\(choice)")
    }
  }

  @Test func colours() {
    let image = Image(width: 2, height: 1, channels: 3, values: [0.2, 0.4, 0.6, 0.4, 0.4, 0.4])
    let sample = Sample(image: image, labels: LabelMap(width: 2, height: 1, fill: 0))
    func expect(_ expected: [Float], _ change: (inout Augmentation.Choice) -> Void) {
      let pixels = render(sample, width: 2, height: 1, change).pixels
      #expect(zip(pixels, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "\(pixels), not \(expected)")
    }
    let grey: Float = 0.299 * 0.2 + 0.587 * 0.4 + 0.114 * 0.6
    let mean = (grey + 0.4) / 2
    expect([0.1, 0.2, 0.3, 0.2, 0.2, 0.2]) { $0.brightness = 0.5 }
    expect([0.4, 0.8, 1, 0.8, 0.8, 0.8]) { $0.brightness = 2 }
    expect([mean, mean, mean, mean, mean, mean]) { $0.contrast = 0 }
    expect([grey, grey, grey, 0.4, 0.4, 0.4]) { $0.saturation = 0 }
    let once = image.values.map { mean + 0.5 * ($0 - mean) }
    expect(once) { $0.contrast = 0.5 }
  }

  @Test func coloursLeaveThePaddingAlone() {
    let batch = render(encodedSample(width: 1, height: 1, channels: 3, first: 3), width: 3, height: 1) {
      $0.brightness = 1.2
      $0.contrast = 0.8
    }
    #expect(batch.pixels[..<3] == [0, 0, 0] && batch.pixels[6...] == [0, 0, 0])
  }

  @Test func greyImagesIgnoreSaturation() {
    let sample = encodedSample(width: 3, height: 2, channels: 1)
    #expect(render(sample, width: 3, height: 2) { $0.saturation = 0.3 }.pixels == sample.image.values)
  }

  @Test func choicesFollowSeedStepAndPosition() {
    let standard = Augmentation.standard
    let first = standard.choice(seed: 1, step: 2, position: 3)
    #expect(standard.choice(seed: 1, step: 2, position: 3) == first)
    #expect(standard.choice(seed: 2, step: 2, position: 3) != first)
    #expect(standard.choice(seed: 1, step: 3, position: 3) != first)
    #expect(standard.choice(seed: 1, step: 2, position: 4) != first)
    #expect(Augmentation.none.choice(seed: 1, step: 2, position: 3) == .neutral)
  }

  @Test func switchingOneChangeOffLeavesTheOthers() {
    var calm = Augmentation.standard
    calm.brightness = 0
    calm.horizontalFlip = false
    for step in 0..<20 {
      var expected = Augmentation.standard.choice(seed: 1, step: step, position: 0)
      expected.brightness = 1
      expected.flip = false
      #expect(calm.choice(seed: 1, step: step, position: 0) == expected)
    }
  }

  @Test func choicesFillTheirRanges() {
    let choices = (0..<2000).map { Augmentation.standard.choice(seed: 0, step: $0, position: 0) }
    #expect(choices.allSatisfy { (0.75...1.5).contains($0.scale) && (0.8...1.2).contains($0.brightness) })
    let flips = choices.filter(\.flip).count
    #expect((900...1100).contains(flips))
    let scale = choices.map(\.scale).reduce(0, +) / 2000
    #expect(abs(scale - 1.125) < 0.02)
  }

  @Test func survivesJSONAndRefusesNonsense() throws {
    let data = try JSONEncoder().encode(Augmentation.standard)
    #expect(try JSONDecoder().decode(Augmentation.self, from: data) == .standard)
    for (scale, brightness) in [("[0,1]", "0.2"), ("[1,1000]", "0.2"), ("[2,1]", "0.2"), ("[1,1]", "-0.1")] {
      let text =
        #"{"horizontalFlip":true,"scale":\#(scale),"brightness":\#(brightness),"contrast":0,"saturation":0}"#
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(Augmentation.self, from: Data(text.utf8)) }
    }
  }
}
