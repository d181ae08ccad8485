import Images
import Support
import Testing

@testable import Datasets

@Suite struct EvaluationBatchesTests {
  private func labelled(_ sizes: [(Int, Int)], batchSize: Int = 2) throws -> LabelledEvaluationBatches {
    let samples = sizes.enumerated().map { number, size in
      encodedSample(width: size.0, height: size.1, channels: 1, first: number)
    }
    let dataset = InMemoryDataset(name: "m", classes: ["a", "b", "c", "d"], samples: samples)
    return try LabelledEvaluationBatches(
      dataset: dataset, batchSize: batchSize, normalization: Normalization(mean: [0.5], standardDeviation: [0.5]),
      multiple: 16)
  }

  private func batches(_ sizes: [(Int, Int)], batchSize: Int = 2) throws -> EvaluationBatches {
    try labelled(sizes, batchSize: batchSize).images
  }

  @Test func sizesAreGroupedInOrder() throws {
    let batches = try batches([(16, 16), (20, 16), (10, 3), (17, 1), (16, 16)])
    let items = try (0..<batches.count).map(batches.batch)
    #expect(items.map(\.indices) == [[0, 2], [4], [1, 3]])
    #expect(items.map(\.batch.width) == [16, 16, 32] && items.map(\.batch.height) == [16, 16, 16])
    #expect(items[0].sizes == [PixelSize(width: 16, height: 16), PixelSize(width: 10, height: 3)])
    #expect(items.map(\.batch.count) == [2, 1, 2])
  }

  @Test func padsAtTheRightAndBottom() throws {
    let (item, labels) = try labelled([(3, 2)]).batch(at: 0)
    let batch = item.batch
    #expect(try batches([(3, 2)]).batch(at: 0).batch == batch)
    for y in 0..<16 {
      for x in 0..<16 {
        let inside = x < 3 && y < 2
        let label = UInt8((y * 3 + x) % 4)
        #expect(labels[y * 16 + x] == (inside ? label : 255) && batch.void.isVoid(y * 16 + x) == !inside)
        let expected = inside ? (Float(label) / 10 - 0.5) * 2 : 0
        #expect(abs(batch.pixels[y * 16 + x] - expected) < 1e-6)
      }
    }
  }

  @Test func everyImageOnce() throws {
    let sizes = (0..<23).map { (1 + $0 * 7 % 40, 1 + $0 * 11 % 50) }
    let batches = try batches(sizes, batchSize: 3)
    let indices = try (0..<batches.count).flatMap { try batches.batch(at: $0).indices }
    #expect(indices.sorted() == Array(0..<23))
  }

  @Test func aFolderSizesWithoutDecoding() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder)
    try folder.write("broken", to: "images/frame25.png")
    let batches = try EvaluationBatches(
      dataset: try FolderDataset(directory: folder.path, split: "val"), batchSize: 2,
      normalization: .identity(channels: 3), multiple: 16)
    #expect(batches.count == 2)
    #expect(inputError { try batches.batch(at: 0) }.subject.hasSuffix("images/frame25.png"))
    #expect(try batches.batch(at: 1).indices == [2])
  }

  /// Memory follows from pixels: four photographs of 12 million ended a process of 16 GB.
  @Test func largeImagesShareNoBatch() throws {
    let samples = [(2048, 1024), (2048, 1024), (2048, 1040), (16, 16)].map { width, height in
      Sample(
        image: Image(width: width, height: height, channels: 1, fill: 0),
        labels: LabelMap(width: width, height: height, fill: 0))
    }
    let batches = try EvaluationBatches(
      dataset: InMemoryDataset(name: "m", classes: ["a"], samples: samples + samples), batchSize: 16,
      normalization: .identity(channels: 1), multiple: 16)
    #expect(try (0..<batches.count).map { try batches.batch(at: $0).indices } == [[0, 1], [4, 5], [2], [6], [3, 7]])
    #expect(batches.mostPixels == EvaluationBatches.pixelBudget)
  }

  /// A label or image that is exchanged for one of another size while a run goes on.
  @Test func anotherSizeThanWhenOpenedIsNoticed() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder)
    let dataset = try FolderDataset(directory: folder.path, split: "val")
    let batches = try LabelledEvaluationBatches(
      dataset: dataset, batchSize: 2, normalization: .identity(channels: 3), multiple: 16)
    let name = dataset.identifier(at: 0)
    let was = try dataset.size(at: 0)
    let larger = Image(width: 40, height: 50, channels: 3, fill: 0.5)
    try PNG.write(larger, to: "\(folder.path)/images/\(name).png")
    try PNG.write(
      LabelMap(width: 40, height: 50, fill: 0), palette: [RGB(red: 0, green: 0, blue: 0)],
      to: "\(folder.path)/labels/\(name).png")
    let error = inputError { try batches.batch(at: 0) }
    #expect(error.subject.contains(name) && error.found == "40x50 pixels")
    #expect(error.expected.hasPrefix("\(was.width)x\(was.height)"))
  }
}
