import Images
import Testing

@Test func imagesOfNoPixels() {
  let image = Image(width: 0, height: 3, channels: 3, fill: 1)
  #expect(image.values.isEmpty)
  #expect(image.converted(toChannels: 1) == Image(width: 0, height: 3, channels: 1, values: []))
}

@Test func channelsOfAPixelAreNeighbours() {
  var image = Image(width: 2, height: 2, channels: 3, values: (0..<12).map(Float.init))
  #expect(image[1, 0, 2] == 5)
  #expect(image[0, 1, 0] == 6)
  image[1, 1, 1] = 50
  #expect(image.values[10] == 50)
}

@Test func greyIsRec601Luma() {
  func grey(_ values: [Float], channels: Int = 3) -> Float {
    Image(width: 1, height: 1, channels: channels, values: values).converted(toChannels: 1).values[0]
  }
  #expect(grey([1, 0, 0]) == 0.299)
  #expect(grey([0, 1, 0]) == 0.587)
  #expect(grey([0, 0, 1]) == 0.114)
  #expect(abs(grey([1, 1, 1]) - 1) < 1e-6)
  #expect(grey([1, 0, 0, 0.5], channels: 4) == 0.299)  // alpha is dropped
  #expect(grey([0.25, 0.5], channels: 2) == 0.25)
}

@Test func coloursFromOtherKinds() {
  func colours(_ values: [Float]) -> [Float] {
    Image(width: 1, height: 1, channels: values.count, values: values).converted(toChannels: 3).values
  }
  #expect(colours([0.25]) == [0.25, 0.25, 0.25])
  #expect(colours([0.25, 0.9]) == [0.25, 0.25, 0.25])
  #expect(colours([0.1, 0.2, 0.3]) == [0.1, 0.2, 0.3])
  #expect(colours([0.1, 0.2, 0.3, 0.4]) == [0.1, 0.2, 0.3])
}
