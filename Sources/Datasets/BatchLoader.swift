/// Training batches.
///
/// Each epoch visits the split in a fresh random order, keyed by (seed, epoch); each image is changed at random, keyed by
/// (seed, step, place in the batch). So batch k depends on the seed and k alone, never on what was asked for before: a
/// resumed run sees the same data, and any thread may prepare any batch.
public struct BatchLoader: Sendable {
  public let dataset: any Dataset
  public let batchSize: Int
  public let height: Int
  public let width: Int
  public let normalization: Normalization
  public let augmentation: Augmentation
  private let order: EpochOrder

  /// - Parameters:
  ///   - height: rows of a batch's images, into which every image is cropped or padded.
  ///   - width: their columns.
  ///   - normalization: of the training split, with as many channels as the data set.
  ///   - seed: the run's.
  public init(
    dataset: any Dataset, batchSize: Int, height: Int, width: Int, normalization: Normalization,
    augmentation: Augmentation, seed: UInt64
  ) {
    precondition(batchSize > 0 && height > 0 && width > 0, "a batch of \(batchSize) images of \(width)x\(height)")
    precondition(dataset.count > 0, "\(dataset.name) has no sample")
    precondition(
      normalization.mean.count == dataset.channels,
      "a normalization of \(normalization.mean.count) channels for the \(dataset.channels) of \(dataset.name)")
    self.dataset = dataset
    self.batchSize = batchSize
    self.height = height
    self.width = width
    self.normalization = normalization
    self.augmentation = augmentation
    order = EpochOrder(seed: seed, count: dataset.count)
  }

  public var seed: UInt64 { order.seed }

  /// Batches in an epoch, the last of which may begin the next epoch.
  public var batchesPerEpoch: Int { (dataset.count + batchSize - 1) / batchSize }

  /// Which samples batch `step` holds, in their order.
  public func indices(at step: Int) -> [Int] {
    precondition(step >= 0, "batches count from 0")
    return order.indices(step: step, batchSize: batchSize)
  }

  /// Where the frame of an unaugmented batch lies in an image of the given size: the column and row of the image that
  /// the frame's first pixel shows. A larger image is cropped around its centre, and both are 0 or more; a smaller one is
  /// padded, and they are negative.
  public func frameOrigin(in image: PixelSize) -> (x: Int, y: Int) {
    func origin(_ length: Int, _ frame: Int) -> Int {
      let placement = Placement(scaled: length, frame: frame, share: Augmentation.Choice.neutral.x)
      return placement.source.lowerBound - placement.target.lowerBound
    }
    return (origin(image.width, width), origin(image.height, height))
  }

  /// Batch `step`, counted from 0.
  ///
  /// - Throws: `InputError` for a sample that can't be read.
  public func batch(at step: Int) throws -> Batch {
    var batch = Batch(count: batchSize, height: height, width: width, channels: dataset.channels)
    try fill(&batch, at: step)
    return batch
  }

  /// Writes batch `step` into a batch that is already there; its arrays are reused when they have the right size.
  ///
  /// - Throws: `InputError` for a sample that can't be read; the batch then holds a part of the new images.
  public func fill(_ batch: inout Batch, at step: Int) throws {
    let fits =
      batch.count == batchSize && batch.height == height && batch.width == width && batch.channels == dataset.channels
    if !fits { batch = Batch(count: batchSize, height: height, width: width, channels: dataset.channels) }
    var renderer = SampleRenderer(normalization: normalization)
    for (position, index) in indices(at: step).enumerated() {
      let choice = augmentation.choice(seed: order.seed, step: step, position: position)
      renderer.render(try dataset.sample(at: index), into: &batch, at: position, choice: choice)
    }
  }
}
