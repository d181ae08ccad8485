import Datasets
import Images
import Metrics
import Networks
import Tensors
import Testing
import Training

@Suite struct EvaluatorTests {
  private let network = Architecture(channels: 1, width: 3, classes: 2).network(seed: 8)
  private let normalization = Normalization(mean: [0.2], standardDeviation: [0.4])

  /// One image at a time, padded by hand, counted pixel by pixel.
  private func bruteForce(_ dataset: any LabelledDataset) throws -> [Int] {
    var counts = [Int](repeating: 0, count: 4)
    for index in 0..<dataset.count {
      let sample = try dataset.sample(at: index)
      let (width, height) = (sample.image.width, sample.image.height)
      let (wide, high) = ((width + 7) / 8 * 8, (height + 7) / 8 * 8)
      var pixels = [Float](repeating: 0, count: wide * high)
      for y in 0..<height { for x in 0..<width { pixels[y * wide + x] = (sample.image[x, y, 0] - 0.2) / 0.4 } }
      let logits = network.logits(Variable(Tensor(pixels, shape: [1, high, wide, 1])), on: Tape(recording: false))
      let scores = logits.value.scalars
      for y in 0..<height {
        for x in 0..<width where sample.labels[x, y] != LabelMap.void {
          let p = y * wide + x
          let prediction = scores[2 * p + 1] > scores[2 * p] ? 1 : 0
          counts[2 * Int(sample.labels[x, y]) + prediction] += 1
        }
      }
    }
    return counts
  }

  @Test(arguments: [(16, 16), (13, 11), (2, 2), (8, 9)], [false, true])
  func equalsCountingOneImageAtATime(size: (Int, Int), voids: Bool) throws {
    let dataset = rectangles("val", count: 5, seed: 6, width: size.0, height: size.1, voids: voids)
    let expected = try bruteForce(dataset)
    for batchSize in [1, 2, 16] {
      let evaluator = try Evaluator(dataset, normalization: normalization, multiple: 8, batchSize: batchSize)
      #expect(try evaluator.evaluate(network).counts == expected, "batches of \(batchSize)")
    }
  }

  @Test func imagesOfDifferentSizes() throws {
    let parts = [(16, 16), (13, 11), (16, 16), (24, 8)].enumerated().map { seed, size in
      rectangles("val", count: 2, seed: UInt64(seed), width: size.0, height: size.1)
    }
    let samples = try parts.flatMap { part in try (0..<part.count).map { try part.sample(at: $0) } }
    let dataset = InMemoryDataset(name: "mixed", classes: ["background", "rectangle"], samples: samples)
    let confusion = try Evaluator(dataset, normalization: normalization, multiple: 8, batchSize: 3).evaluate(network)
    #expect(try confusion.counts == bruteForce(dataset))
    #expect(confusion.total == samples.reduce(0) { $0 + $1.labels.classes.count })
  }

  @Test func everythingVoidHasNoScore() throws {
    let sample = Sample(
      image: Image(width: 4, height: 4, channels: 1, fill: 0.5), labels: LabelMap(width: 4, height: 4, fill: 255))
    let dataset = InMemoryDataset(name: "void", classes: ["a", "b"], samples: [sample])
    let confusion = try Evaluator(dataset, normalization: normalization, multiple: 8).evaluate(network)
    #expect(confusion.total == 0 && confusion.meanIoU == nil && confusion.pixelAccuracy == nil)
  }

  /// Image by image, each with the width that its own size asks for.
  @Test func boundariesAreCountedOverAllImages() throws {
    let parts = [(16, 16), (13, 11), (24, 8)].map { rectangles("val", count: 2, seed: 3, width: $0.0, height: $0.1) }
    let samples = try parts.flatMap { part in try (0..<part.count).map { try part.sample(at: $0) } }
    let dataset = InMemoryDataset(name: "mixed", classes: ["background", "rectangle"], samples: samples)
    let evaluator = try Evaluator(dataset, normalization: normalization, multiple: 8, batchSize: 3)
    let (confusion, boundaries) = try evaluator.evaluateWithBoundaries(network)
    #expect(try confusion == evaluator.evaluate(network))
    let description = Checkpoint.Description(
      network: Architecture(channels: 1, width: 3, classes: 2), classes: dataset.classes, normalization: normalization,
      row: "", seed: 8, steps: 0, backgroundClass: 0)
    var expected = BoundaryCounts(classes: 2)
    for sample in samples {
      try expected.add(
        prediction: Checkpoint(description: description, network: network).predict(sample.image), truth: sample.labels,
        width: boundaryWidth(forWidth: sample.image.width, height: sample.image.height))
    }
    #expect(boundaries == expected)
  }
}
