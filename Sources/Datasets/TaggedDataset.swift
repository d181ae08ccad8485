import Images

/// A split's images and their tags, the classes that each image shows: all that a weakly supervised method is given.
///
/// Like the `UnlabelledDataset` that it is made of, no value of this type holds a label file's path or content. Where
/// an image has a class, and how much of it, can't be asked.
public struct TaggedDataset: Sendable {
  /// The images.
  public let images: any ImageDataset
  /// For each image the ids of its classes, ascending, the background never among them.
  public let tags: [[UInt8]]
  /// The class that means "none of the others".
  public let background: UInt8

  /// Images whose tags somebody wrote down.
  ///
  /// - Throws: `InputError` for an image that the file has no line for.
  public init(_ images: any ImageDataset, tags file: TagFile, background: UInt8) throws {
    self.init(
      images: images, tags: try (0..<images.count).map { try file.tags(of: images.identifier(at: $0)) },
      background: background)
  }

  /// Takes the tags from a labelled split: the classes that at least one pixel has. Reads every sample and lets go of
  /// its labels.
  ///
  /// - Throws: what reading a sample throws.
  public init(tagging dataset: any LabelledDataset, background: UInt8) throws {
    let tags = try (0..<dataset.count).map { index in
      let counts = try dataset.sample(at: index).labels.histogram(classes: dataset.classes.count)
      return counts.indices.filter { counts[$0] > 0 }.map(UInt8.init(truncatingIfNeeded:)).filter { $0 != background }
    }
    self.init(images: try UnlabelledDataset(droppingLabelsOf: dataset), tags: tags, background: background)
  }

  private init(images: any ImageDataset, tags: [[UInt8]], background: UInt8) {
    (self.images, self.tags, self.background) = (images, tags, background)
  }

  /// The K class names of the images.
  public var classes: [String] { images.classes }
  /// Number of images.
  public var count: Int { images.count }

  /// The classes that can be tags, by id, ascending: every one but the background.
  public var tagClasses: [UInt8] {
    classes.indices.map(UInt8.init(truncatingIfNeeded:)).filter { $0 != background }
  }

  /// Tags over all images: what the supervision costs.
  public var tagCount: Int { tags.reduce(0) { $0 + $1.count } }

  /// The image, with pixels in 0...1.
  public func image(at index: Int) throws -> Image { try images.image(at: index) }
}
