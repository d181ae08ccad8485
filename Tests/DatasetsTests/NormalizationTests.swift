import Foundation
import Images
import Support
import Testing

@testable import Datasets

@Suite struct NormalizationTests {
  private func dataset(_ images: [Image]) -> InMemoryDataset {
    InMemoryDataset(
      name: "m", classes: ["a"],
      samples: images.map { Sample(image: $0, labels: LabelMap(width: $0.width, height: $0.height, fill: 0)) })
  }

  @Test func aConstantChannelGetsDeviationOne() throws {
    let normal = try Normalization(measuring: dataset([Image(width: 50, height: 40, channels: 3, fill: 0.3)]))
    #expect(normal.standardDeviation == [1, 1, 1])
    #expect(normal.mean.allSatisfy { abs($0 - 0.3) < 1e-6 })
  }

  @Test func onePixel() throws {
    let normal = try Normalization(measuring: dataset([Image(width: 1, height: 1, channels: 1, values: [0.7])]))
    #expect(normal.mean == [0.7] && normal.standardDeviation == [1])
  }

  @Test func channelsAndImagesOfSeveralSizes() throws {
    let normal = try Normalization(
      measuring: dataset([
        Image(width: 2, height: 1, channels: 3, values: [0, 0.5, 1, 1, 0.5, 0]),
        Image(width: 1, height: 2, channels: 3, values: [0, 0.5, 0.5, 1, 0.5, 0.5]),
      ]))
    #expect(normal.mean == [0.5, 0.5, 0.5])
    #expect(normal.standardDeviation[0] == 0.5 && normal.standardDeviation[1] == 1)
    #expect(abs(normal.standardDeviation[2] - Float(0.125).squareRoot()) < 1e-6)
  }

  @Test func aFewEvenlySpacedImages() throws {
    let images = (0..<10).map { Image(width: 1, height: 1, channels: 1, fill: Float($0) / 10) }
    #expect(try Normalization(measuring: dataset(images), images: 2).mean == [0.25])  // images 0 and 5
  }

  @Test func batchesOfTheWholeSplitAreStandard() throws {
    let samples = (0..<8).map { encodedSample(width: 4, height: 4, channels: 3, first: $0) }
    let dataset = InMemoryDataset(name: "m", classes: ["a", "b", "c", "d"], samples: samples)
    let loader = BatchLoader(
      dataset: dataset, batchSize: 8, height: 4, width: 4, normalization: try Normalization(measuring: dataset),
      augmentation: .none, seed: 1)
    let pixels = try loader.batch(at: 0).pixels
    let mean = pixels.reduce(0, +) / Float(pixels.count)
    let square = pixels.reduce(0) { $0 + $1 * $1 } / Float(pixels.count)
    #expect(abs(mean) < 1e-5 && abs(square - 1) < 1e-4)
  }

  @Test func survivesJSONAndRefusesAZeroDeviation() throws {
    let normal = Normalization(mean: [0.5, 0.25], standardDeviation: [1, 2])
    let data = try JSONEncoder().encode(normal)
    #expect(try JSONDecoder().decode(Normalization.self, from: data) == normal)
    for text in [#"{"mean":[1],"standardDeviation":[0]}"#, #"{"mean":[1],"standardDeviation":[1,1]}"#] {
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(Normalization.self, from: Data(text.utf8)) }
    }
  }
}
