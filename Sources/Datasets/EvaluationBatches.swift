/// Whole images in batches, for measuring.
///
/// Every image keeps its size and is padded at its right and bottom up to a multiple of 16, with pixels at the mean
/// (0 once normalised) and void labels. Images of equal padded size share batches, in their order within the split;
/// sizes come in the order of their first image. Each image occurs once.
public struct EvaluationBatches: Sendable {
  public let dataset: any Dataset
  public let batchSize: Int
  public let normalization: Normalization
  /// Images of each batch, by their index in the split.
  private let groups: [(frame: PixelSize, indices: [Int])]

  /// One batch and where its images come from.
  public struct Item: Sendable {
    public let batch: Batch
    /// Each image's index in the split.
    public let indices: [Int]
    /// Each image's size without padding.
    public let sizes: [PixelSize]
  }

  /// - Parameter multiple: padded heights and widths are multiples of it; 16 suits four halvings in a network.
  /// - Throws: `InputError` for a sample whose size can't be read.
  /// - Cost: one size look-up for each sample, which for a folder reads 24 bytes.
  public init(dataset: any Dataset, batchSize: Int, normalization: Normalization, multiple: Int = 16) throws {
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

  /// - Throws: `InputError` for a sample that can't be read, or whose size isn't the one its header said.
  public func batch(at position: Int) throws -> Item {
    let (frame, indices) = groups[position]
    var batch = Batch(count: indices.count, height: frame.height, width: frame.width, channels: dataset.channels)
    var renderer = SampleRenderer(normalization: normalization)
    var corner = Augmentation.Choice.neutral
    corner.x = 0
    corner.y = 0
    var sizes: [PixelSize] = []
    for (place, index) in indices.enumerated() {
      let sample = try dataset.sample(at: index)
      sizes.append(PixelSize(width: sample.image.width, height: sample.image.height))
      renderer.render(sample, into: &batch, at: place, choice: corner)
    }
    return Item(batch: batch, indices: indices, sizes: sizes)
  }

  static func frame(of size: PixelSize, multiple: Int) -> PixelSize {
    func padded(_ length: Int) -> Int { max(1, (length + multiple - 1) / multiple) * multiple }
    return PixelSize(width: padded(size.width), height: padded(size.height))
  }
}
