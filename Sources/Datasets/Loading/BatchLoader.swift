/// Batches by their number: what a training loop goes through.
public protocol BatchSource {
  /// Batches until every image of the split was seen once.
  var batchesPerEpoch: Int { get }

  /// Which images of the split batch `step` shows, in their order; where ranks share it, those of this rank.
  func indices(at step: Int) -> [Int]

  /// A batch of the right size, without any image yet.
  ///
  /// - Parameter keepsFrames: whether the pixels are kept as they are before normalisation, too.
  func emptyBatch(keepsFrames: Bool) -> Batch

  /// Writes batch `step`, counted from 0, into a batch that is already there; its arrays are reused when they have the
  /// right size.
  ///
  /// - Throws: `InputError` for a sample that can't be read; the batch then holds a part of the new images.
  func fill(_ batch: inout Batch, at step: Int) throws
}

extension BatchSource {
  /// Batch `step`, counted from 0.
  ///
  /// - Throws: `InputError` for a sample that can't be read.
  public func batch(at step: Int, keepsFrames: Bool = false) throws -> Batch {
    var batch = emptyBatch(keepsFrames: keepsFrames)
    try fill(&batch, at: step)
    return batch
  }
}

/// Training batches of images.
///
/// Each epoch visits the split in a fresh random order, keyed by (seed, epoch); each image is changed at random, keyed
/// by (seed, step, place in the batch). So batch k depends on the seed and k alone, never on what was asked for before:
/// a resumed run sees the same data, and any thread may prepare any batch.
public struct BatchLoader: BatchSource, Sendable {
  /// The split.
  public let dataset: any ImageDataset
  /// N, the images of a batch, of all ranks.
  public let batchSize: Int
  /// Which of them are made here.
  public let share: BatchShare
  /// H, rows of an image.
  public let height: Int
  /// W, columns of an image.
  public let width: Int
  /// What the pixels are normalised by.
  public let normalization: Normalization
  /// How images are changed at random.
  public let augmentation: Augmentation
  private let order: EpochOrder

  /// - Parameters:
  ///   - height: rows of a batch's images, into which every image is cropped or padded.
  ///   - width: their columns.
  ///   - normalization: with as many channels as the network takes: those of the data set, or three for a grey one.
  ///   - seed: the run's.
  ///   - share: the images of each batch to make; nil is all.
  public init(
    dataset: any ImageDataset, batchSize: Int, height: Int, width: Int, normalization: Normalization,
    augmentation: Augmentation, seed: UInt64, share: BatchShare? = nil
  ) {
    precondition(batchSize > 0 && height > 0 && width > 0, "a batch of \(batchSize) images of \(width)x\(height)")
    precondition(dataset.count > 0, "\(dataset.name) has no sample")
    normalization.requireFit(to: dataset)
    self.dataset = dataset
    self.batchSize = batchSize
    self.share = share ?? .whole(batchSize)
    self.height = height
    self.width = width
    self.normalization = normalization
    self.augmentation = augmentation
    order = EpochOrder(seed: seed, count: dataset.count)
  }

  /// What order and changes follow from, with the step.
  public var seed: UInt64 { order.seed }

  /// Batches in an epoch, the last of which may begin the next epoch.
  public var batchesPerEpoch: Int { (dataset.count + batchSize - 1) / batchSize }

  /// Which samples batch `step` holds, in their order; where ranks share it, those of this rank.
  public func indices(at step: Int) -> [Int] {
    precondition(step >= 0, "batches count from 0")
    return Array(order.indices(step: step, batchSize: batchSize)[share.places])
  }

  /// Where the frame of an unaugmented batch lies in an image of the given size: the column and row of the image that
  /// the frame's first pixel shows. A larger image is cropped around its centre, and both are 0 or more; a smaller one
  /// is padded, and they are negative.
  public func frameOrigin(in image: PixelSize) -> (x: Int, y: Int) {
    func origin(_ length: Int, _ frame: Int) -> Int {
      let placement = Placement(scaled: length, frame: frame, share: Augmentation.Choice.neutral.x)
      return placement.source.lowerBound - placement.target.lowerBound
    }
    return (origin(image.width, width), origin(image.height, height))
  }

  /// A batch of this loader's size, without any image yet.
  public func emptyBatch(keepsFrames: Bool = false) -> Batch {
    Batch(
      count: share.places.count, height: height, width: width, channels: normalization.channels,
      keepsFrames: keepsFrames, share: share)
  }

  /// As the protocol says.
  public func fill(_ batch: inout Batch, at step: Int) throws {
    prepare(&batch)
    var renderer = SampleRenderer(normalization: normalization)
    try forEachImage(at: step) { position, index, choice in
      renderer.render(try dataset.image(at: index), into: &batch, at: position, choice: choice)
    }
  }

  /// Makes the batch one of this loader's size, where it isn't; its arrays are reused where they can be.
  func prepare(_ batch: inout Batch) {
    let fits =
      batch.count == share.places.count && batch.height == height && batch.width == width
      && batch.channels == normalization.channels
    if !fits { batch = emptyBatch(keepsFrames: !batch.frames.isEmpty) }
  }

  /// The images of a batch that are made here: their places in it and in the split, and how they are changed.
  func forEachImage(
    at step: Int, _ body: (_ position: Int, _ index: Int, _ choice: Augmentation.Choice) throws -> Void
  ) rethrows {
    for (position, index) in indices(at: step).enumerated() {
      let place = share.places.lowerBound + position
      try body(position, index, augmentation.choice(seed: order.seed, step: step, position: place))
    }
  }
}
