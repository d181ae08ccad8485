import Images

/// Training batches of images whose truth is known: the images for the network, the labels for whoever holds the
/// loader.
///
/// Images and labels of a batch come from one rendering. A pixel is void for the network, too, where its label is.
public final class LabelledBatchLoader: BatchSource {
  /// The same batches without their labels.
  public let images: BatchLoader
  private let dataset: any LabelledDataset
  /// Of the batch that was made last, `[N, H, W]`.
  private var labels: [UInt8]
  private var step: Int?

  /// - Parameters: as those of `BatchLoader`.
  public init(
    dataset: any LabelledDataset, batchSize: Int, height: Int, width: Int, normalization: Normalization,
    augmentation: Augmentation, seed: UInt64, share: BatchShare? = nil
  ) {
    self.dataset = dataset
    images = BatchLoader(
      dataset: dataset, batchSize: batchSize, height: height, width: width, normalization: normalization,
      augmentation: augmentation, seed: seed, share: share)
    labels = [UInt8](repeating: LabelMap.void, count: images.share.places.count * height * width)
  }

  /// As the protocol says.
  public var batchesPerEpoch: Int { images.batchesPerEpoch }
  /// As the protocol says.
  public func indices(at step: Int) -> [Int] { images.indices(at: step) }
  /// As the protocol says.
  public func emptyBatch(keepsFrames: Bool) -> Batch { images.emptyBatch(keepsFrames: keepsFrames) }

  /// As the protocol says.
  public func fill(_ batch: inout Batch, at step: Int) throws {
    images.prepare(&batch)
    self.step = nil
    var renderer = SampleRenderer(normalization: images.normalization)
    try images.forEachImage(at: step) { position, index, choice in
      let sample = try dataset.sample(at: index)
      renderer.render(sample.image, into: &batch, at: position, choice: choice)
      SampleRenderer.render(
        sample.labels, into: &labels, height: batch.height, width: batch.width, at: position, choice: choice)
    }
    batch.void.replace(of: labels)
    self.step = step
  }

  /// Classes of batch `step`'s pixels, `[N, H, W]`; `LabelMap.void` where there is no image.
  ///
  /// - Throws: `InputError` for a sample that can't be read.
  /// - Cost: none for the batch that was filled last; another one is made again.
  public func labels(at step: Int) throws -> [UInt8] {
    if self.step != step { _ = try batch(at: step) }
    return labels
  }
}
