import Images
import Support
import Testing

@testable import Datasets

@Suite struct BatchLoaderTests {
  /// Images that are told apart by their first label.
  private func loader(
    count: Int = 10, batchSize: Int = 4, seed: UInt64 = 1, augmentation: Augmentation = .standard, channels: Int = 3
  ) -> LabelledBatchLoader {
    let samples = (0..<count).map { encodedSample(width: 8, height: 6, channels: channels, first: $0, classes: 50) }
    let dataset = InMemoryDataset(name: "m", classes: (0..<50).map(String.init), samples: samples)
    return LabelledBatchLoader(
      dataset: dataset, batchSize: batchSize, height: 6, width: 8, normalization: .identity(channels: channels),
      augmentation: augmentation, seed: seed)
  }

  @Test func aBatchDependsOnSeedAndStepAlone() throws {
    let first = try loader().batch(at: 7)
    let later = loader()
    for step in [0, 3, 12, 7, 1] { _ = try later.batch(at: step) }
    #expect(try later.batch(at: 7) == first)
    #expect(try loader(seed: 2).batch(at: 7) != first)
    #expect(try loader().batch(at: 8) != first)
  }

  @Test func aReusedBatchHoldsTheSame() throws {
    let loader = loader()
    var batch = try loader.batch(at: 5)
    try loader.fill(&batch, at: 6)
    #expect(try batch == loader.batch(at: 6))
    var other = Batch(count: 1, height: 2, width: 2, channels: 1)
    try loader.fill(&other, at: 6)
    #expect(other == batch)
  }

  @Test func reusingABatchDoesNotMoveItsArrays() throws {
    let loader = loader()
    var batch = try loader.batch(at: 0)
    let before = batch.pixels.withUnsafeBufferPointer { $0.baseAddress }
    try loader.fill(&batch, at: 1)
    #expect(batch.pixels.withUnsafeBufferPointer { $0.baseAddress } == before)
  }

  /// Images alone are batched as with labels, and what is void is the padding; with labels it is what they say, too.
  @Test func imagesAloneAreTheSameImages() throws {
    var sample = encodedSample(width: 5, height: 4, channels: 3, classes: 50)
    sample = Sample(
      image: sample.image,
      labels: LabelMap(width: 5, height: 4, classes: sample.labels.classes.enumerated().map { $0 == 7 ? 255 : $1 }))
    let dataset = InMemoryDataset(name: "m", classes: (0..<50).map(String.init), samples: [sample])
    let labelled = LabelledBatchLoader(
      dataset: dataset, batchSize: 1, height: 6, width: 8, normalization: .identity(channels: 3), augmentation: .none,
      seed: 1)
    let (batch, images) = (try labelled.batch(at: 3), try labelled.images.batch(at: 3))
    #expect(images.pixels == batch.pixels)
    #expect(images.void.bytes.count { $0 == 0 } == 20 && batch.void.bytes.count { $0 == 0 } == 19)
    #expect(VoidMask(of: try labelled.labels(at: 3)) == batch.void)
  }

  /// Frames are the pixels before normalisation, from the same rendering.
  @Test(arguments: [Augmentation.none, .standard]) func framesAreThePixelsBeforeNormalisation(_ changes: Augmentation)
    throws
  {
    let samples = (0..<5).map { encodedSample(width: 7, height: 9, channels: 3, first: $0, classes: 50) }
    let dataset = InMemoryDataset(name: "m", classes: (0..<50).map(String.init), samples: samples)
    func loader(_ normalization: Normalization) -> BatchLoader {
      BatchLoader(
        dataset: dataset, batchSize: 3, height: 8, width: 8, normalization: normalization, augmentation: changes,
        seed: 1)
    }
    let batch = try loader(Normalization(mean: [0.3, 0.2, 0.1], standardDeviation: [0.5, 2, 1]))
      .batch(at: 4, keepsFrames: true)
    #expect(batch.frames == (try loader(.identity(channels: 3)).batch(at: 4)).pixels && batch.frames != batch.pixels)
    #expect(try loader(.identity(channels: 3)).batch(at: 4).frame(at: 0) == nil)
  }

  /// Labels of any batch can be asked for at any time; those of the last one cost nothing.
  @Test func labelsFollowFromTheStep() throws {
    let loader = loader()
    let first = try loader.labels(at: 2)
    _ = try loader.batch(at: 3)
    #expect(try loader.labels(at: 2) == first && loader.labels(at: 3) != first)
  }

  @Test(arguments: [(10, 4), (7, 7), (1, 1), (5, 1), (3, 8)]) func epochsArePermutations(count: Int, batchSize: Int) {
    let loader = loader(count: count, batchSize: batchSize)
    let places = (0..<30).flatMap(loader.indices)
    #expect(places.count == 30 * batchSize)
    for epoch in 0..<places.count / count {
      let visited = places[epoch * count..<(epoch + 1) * count]
      #expect(visited.sorted() == Array(0..<count))
    }
  }

  @Test func epochsDiffer() {
    let order = EpochOrder(seed: 1, count: 100)
    #expect(order.permutation(epoch: 0) != order.permutation(epoch: 1))
    #expect(order.permutation(epoch: 0) != EpochOrder(seed: 2, count: 100).permutation(epoch: 0))
    #expect(order.permutation(epoch: 0) != Array(0..<100))
  }

  /// The order as it was when first written; when it moves, results made before can't be repeated.
  @Test func theOrderHasNotChanged() {
    #expect(EpochOrder(seed: 1, count: 10).permutation(epoch: 2) == [9, 0, 8, 1, 4, 7, 5, 2, 3, 6])
  }

  @Test func batchesPerEpoch() {
    #expect(loader(count: 10, batchSize: 4).batchesPerEpoch == 3)
    #expect(loader(count: 8, batchSize: 4).batchesPerEpoch == 2)
  }

  @Test func withoutAugmentationBatchesHoldTheSamples() throws {
    let loader = loader(augmentation: .none)
    let batch = try loader.batch(at: 2)
    let labels = try loader.labels(at: 2)
    for (position, index) in loader.indices(at: 2).enumerated() {
      let sample = encodedSample(width: 8, height: 6, channels: 3, first: index, classes: 50)
      #expect(Array(labels[position * 48..<(position + 1) * 48]) == sample.labels.classes)
      #expect(Array(batch.pixels[position * 144..<(position + 1) * 144]) == sample.image.values)
    }
  }

  @Test func theSameImageTwiceInABatchIsChangedTwice() throws {
    let batch = try loader(count: 1, batchSize: 2).batch(at: 0)
    #expect(batch.pixels.prefix(144) != batch.pixels.suffix(144))
  }

  @Test func aSampleThatCannotBeReadThrows() throws {
    let folder = try TemporaryFolder()
    try writeFolder(folder, train: 1)
    try folder.write("broken", to: "labels/frame0.png")
    let loader = LabelledBatchLoader(
      dataset: try FolderDataset(directory: folder.path, split: "train"), batchSize: 2, height: 4, width: 6,
      normalization: .identity(channels: 3), augmentation: .none, seed: 0)
    #expect(inputError { try loader.batch(at: 0) }.subject.hasSuffix("labels/frame0.png"))
  }

  /// 16 images of 160 x 120 with every change: 10 ms is the aim on an idle core; the bound allows for a busy machine.
  @Test func batchesAreCheap() throws {
    let samples = (0..<32).map { encodedSample(width: 160, height: 120, channels: 3, first: $0, classes: 11) }
    let dataset = InMemoryDataset(name: "m", classes: (0..<11).map(String.init), samples: samples, fingerprint: "")
    let loader = LabelledBatchLoader(
      dataset: dataset, batchSize: 16, height: 120, width: 160, normalization: .identity(channels: 3),
      augmentation: .standard, seed: 0)
    var batch = try loader.batch(at: 0)
    let clock = ContinuousClock()
    let times = try (1...20).map { step in try clock.measure { try loader.fill(&batch, at: step) } }.sorted()
    print("assembling a batch of 16 images of 160 x 120: \(times[0]) at best, \(times[10]) typically")
    #expect(times[0] < .milliseconds(60))
  }

  /// Where a pixel of the frame comes from, found by rendering images that number their pixels.
  @Test(arguments: [(6, 4), (5, 9), (16, 4), (8, 8), (7, 11), (1, 1), (20, 30)])
  func theFrameLiesWhereItsOriginSays(width: Int, height: Int) throws {
    let values = (0..<width * height).map { Float($0) }
    let sample = Sample(
      image: Image(width: width, height: height, channels: 1, values: values),
      labels: LabelMap(width: width, height: height, fill: 0))
    let loader = BatchLoader(
      dataset: InMemoryDataset(name: "numbers", classes: ["a"], samples: [sample]), batchSize: 1, height: 8, width: 8,
      normalization: .identity(channels: 1), augmentation: .none, seed: 1)
    let batch = try loader.batch(at: 0)
    let origin = loader.frameOrigin(in: PixelSize(width: width, height: height))
    for y in 0..<8 {
      for x in 0..<8 {
        let (column, row) = (x + origin.x, y + origin.y)
        let inside = (0..<width).contains(column) && (0..<height).contains(row)
        #expect(batch.void.isVoid(y * 8 + x) == !inside)
        #expect(batch.pixels[y * 8 + x] == (inside ? Float(row * width + column) : 0))
      }
    }
  }
}
