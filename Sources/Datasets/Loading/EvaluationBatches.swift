import Images

/// Whole images in batches, for measuring.
///
/// Every image keeps its size and is padded at its right and bottom up to a multiple of what the network needs, with
/// pixels at the mean (0 once normalised) that are void. Images of equal padded size share batches, in their order
/// within the split; sizes come in the order of their first image. Each image occurs once.
public struct EvaluationBatches: Sendable {
  public let dataset: any ImageDataset
  public let batchSize: Int
  public let normalization: Normalization
  /// Images of each batch, by their index in the split.
  private let groups: [(frame: PixelSize, indices: [Int])]

  /// One batch and where its images come from.
  public struct Item: Sendable {
    public internal(set) var batch: Batch
    /// Each image's index in the split.
    public let indices: [Int]
    /// Each image's size without padding.
    public let sizes: [PixelSize]
  }

  /// - Parameter multiple: padded heights and widths are multiples of it: the network's `sizeMultiple`.
  /// - Throws: `InputError` for an image whose size can't be read.
  /// - Cost: one size look-up for each image, which for a folder with labels reads a label file's header; images
  ///   without labels are decoded.
  public init(dataset: any ImageDataset, batchSize: Int, normalization: Normalization, multiple: Int) throws {
    precondition(batchSize > 0 && multiple > 0, "batches of \(batchSize) padded to \(multiple)")
    precondition(
      normalization.mean.count == dataset.channels,
      "a normalization of \(normalization.mean.count) channels for the \(dataset.channels) of \(dataset.name)")
    self.dataset = dataset
    self.batchSize = batchSize
    self.normalization = normalization
    var order: [PixelSize] = []
    var members: [PixelSize: [Int]] = [:]
    for index in 0..<dataset.count {
      let frame = Self.frame(of: try dataset.size(at: index), multiple: multiple)
      if members[frame] == nil { order.append(frame) }
      members[frame, default: []].append(index)
    }
    groups = order.flatMap { frame in
      let indices = members[frame] ?? []
      return stride(from: 0, to: indices.count, by: batchSize).map { first in
        (frame, Array(indices[first..<min(first + batchSize, indices.count)]))
      }
    }
  }

  /// Number of batches.
  public var count: Int { groups.count }

  /// - Throws: `InputError` for an image that can't be read.
  public func batch(at position: Int) throws -> Item {
    try item(at: position) { index, _, _, _ in try dataset.image(at: index) }
  }

  /// - Parameter read: gives an image of the split, and may note what else there is to know about it.
  fileprivate func item(
    at position: Int,
    _ read: (_ index: Int, _ place: Int, _ count: Int, _ frame: PixelSize) throws -> Image
  ) throws -> Item {
    let (frame, indices) = groups[position]
    var batch = Batch(count: indices.count, height: frame.height, width: frame.width, channels: dataset.channels)
    var renderer = SampleRenderer(normalization: normalization)
    var sizes: [PixelSize] = []
    for (place, index) in indices.enumerated() {
      let image = try read(index, place, indices.count, frame)
      sizes.append(PixelSize(width: image.width, height: image.height))
      renderer.render(image, into: &batch, at: place, choice: .corner)
    }
    return Item(batch: batch, indices: indices, sizes: sizes)
  }

  static func frame(of size: PixelSize, multiple: Int) -> PixelSize {
    func padded(_ length: Int) -> Int { max(1, (length + multiple - 1) / multiple) * multiple }
    return PixelSize(width: padded(size.width), height: padded(size.height))
  }
}

/// Whole images in batches with their labels, for measuring against them.
public struct LabelledEvaluationBatches: Sendable {
  public let images: EvaluationBatches
  public let dataset: any LabelledDataset

  /// - Parameters: as those of `EvaluationBatches`.
  public init(dataset: any LabelledDataset, batchSize: Int, normalization: Normalization, multiple: Int) throws {
    self.dataset = dataset
    images = try EvaluationBatches(
      dataset: dataset, batchSize: batchSize, normalization: normalization, multiple: multiple)
  }

  public var count: Int { images.count }

  /// - Returns: the images and their labels, `[N, H, W]`, void where an image is padded or its label is.
  /// - Throws: `InputError` for a sample that can't be read.
  public func batch(at position: Int) throws -> (item: EvaluationBatches.Item, labels: [UInt8]) {
    var labels: [UInt8] = []
    var item = try images.item(at: position) { index, place, count, frame in
      let sample = try dataset.sample(at: index)
      if place == 0 { labels = [UInt8](repeating: LabelMap.void, count: count * frame.width * frame.height) }
      SampleRenderer.render(
        sample.labels, into: &labels, height: frame.height, width: frame.width, at: place, choice: .corner)
      return sample.image
    }
    item.batch.void.replace(of: labels)
    return (item, labels)
  }
}

extension Augmentation.Choice {
  /// Unchanged, at the upper left.
  fileprivate static var corner: Self {
    var corner = Self.neutral
    (corner.x, corner.y) = (0, 0)
    return corner
  }
}
