import Images
import Support

/// Whole images in batches, for measuring.
///
/// Every image keeps its size and is padded at its right and bottom up to a multiple of what the network needs, with
/// pixels at the mean (0 once normalised) that are void. Images of equal padded size share batches, in their order
/// within the split and as many as `pixelBudget` allows; sizes come in the order of their first image. Each image
/// occurs once.
package struct EvaluationBatches: Sendable {
  package let dataset: any ImageDataset
  package let normalization: Normalization
  /// Images of each batch, by their index in the split.
  private let groups: [(frame: PixelSize, members: [Member])]

  private typealias Member = (index: Int, size: PixelSize)

  /// The most pixels in a batch of several images: memory follows from pixels, not from images. 16 images of 512 x 512.
  package static let pixelBudget = 1 << 22

  /// One batch and where its images come from.
  package struct Item: Sendable {
    package internal(set) var batch: Batch
    /// Each image's index in the split.
    package let indices: [Int]
    /// Each image's size without padding.
    package let sizes: [PixelSize]
  }

  /// - Parameters:
  ///   - batchSize: the most images in a batch.
  ///   - multiple: padded heights and widths are multiples of it: the network's `sizeMultiple`.
  /// - Throws: `InputError` for an image whose size can't be read.
  /// - Cost: one size look-up for each image, which for a folder with labels reads a label file's header; images
  ///   without labels are decoded.
  package init(dataset: any ImageDataset, batchSize: Int, normalization: Normalization, multiple: Int) throws {
    precondition(batchSize > 0 && multiple > 0, "batches of \(batchSize) padded to \(multiple)")
    normalization.requireFit(to: dataset)
    self.dataset = dataset
    self.normalization = normalization
    var order: [PixelSize] = []
    var members: [PixelSize: [Member]] = [:]
    for index in 0..<dataset.count {
      let size = try dataset.size(at: index)
      let frame = Self.frame(of: size, multiple: multiple)
      if members[frame] == nil { order.append(frame) }
      members[frame, default: []].append((index, size))
    }
    groups = order.flatMap { frame in
      let members = members[frame] ?? []
      let most = max(1, min(batchSize, Self.pixelBudget / (frame.width * frame.height)))
      return stride(from: 0, to: members.count, by: most).map { first in
        (frame, Array(members[first..<min(first + most, members.count)]))
      }
    }
  }

  /// Number of batches.
  package var count: Int { groups.count }

  /// Pixels of the largest batch.
  package var mostPixels: Int { groups.map { $0.frame.width * $0.frame.height * $0.members.count }.max() ?? 0 }

  /// - Throws: `InputError` for an image that can't be read, or has another size than when the batches were made.
  package func batch(at position: Int) throws -> Item {
    try item(at: position) { index, _, _, _ in try dataset.image(at: index) }
  }

  /// - Parameter read: gives an image of the split, and may note what else there is to know about it.
  fileprivate func item(
    at position: Int,
    _ read: (_ index: Int, _ place: Int, _ count: Int, _ frame: PixelSize) throws -> Image
  ) throws -> Item {
    let (frame, members) = groups[position]
    // Made when the first image has been decoded: till then its size is what a file's header promises.
    var batch = Batch(count: 0, height: frame.height, width: frame.width, channels: normalization.channels)
    var renderer = SampleRenderer(normalization: normalization)
    for (place, member) in members.enumerated() {
      let image = try read(member.index, place, members.count, frame)
      try requireSize(of: image, member)
      if place == 0 {
        batch = Batch(
          count: members.count, height: frame.height, width: frame.width, channels: normalization.channels)
      }
      renderer.render(image, into: &batch, at: place, choice: .corner)
    }
    return Item(batch: batch, indices: members.map(\.index), sizes: members.map(\.size))
  }

  private func requireSize(of image: Image, _ member: Member) throws {
    guard image.width != member.size.width || image.height != member.size.height else { return }
    throw InputError(
      "\(dataset.name), \(dataset.identifier(at: member.index))", found: "\(image.width)x\(image.height) pixels",
      expected: "\(member.size.width)x\(member.size.height), the size when the data was opened",
      advice: "Leave the data as it is while a run goes on, and start it again.")
  }

  static func frame(of size: PixelSize, multiple: Int) -> PixelSize {
    func padded(_ length: Int) -> Int { max(1, (length + multiple - 1) / multiple) * multiple }
    return PixelSize(width: padded(size.width), height: padded(size.height))
  }
}

/// Whole images in batches with their labels, for measuring against them.
package struct LabelledEvaluationBatches: Sendable {
  package let images: EvaluationBatches
  package let dataset: any LabelledDataset

  /// - Parameters: as those of `EvaluationBatches`.
  package init(dataset: any LabelledDataset, batchSize: Int, normalization: Normalization, multiple: Int) throws {
    self.dataset = dataset
    images = try EvaluationBatches(
      dataset: dataset, batchSize: batchSize, normalization: normalization, multiple: multiple)
  }

  package var count: Int { images.count }

  /// - Returns: the images and their labels, `[N, H, W]`, void where an image is padded or its label is.
  /// - Throws: `InputError` for a sample that can't be read.
  package func batch(at position: Int) throws -> (item: EvaluationBatches.Item, labels: [UInt8]) {
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
