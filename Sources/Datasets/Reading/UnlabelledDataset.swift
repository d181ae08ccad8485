import Foundation
import Images
import Support

/// A split's images without their labels: what a learner gets where the truth is somewhere else.
///
/// No value of this type holds a label file's path or content; in a batch of it, what is void is the padding.
public struct UnlabelledDataset: ImageDataset {
  /// As the protocol says.
  public let name: String
  /// As the protocol says.
  public let classes: [String]
  /// As the protocol says.
  public let channels: Int
  /// As the protocol says.
  public let count: Int
  private let source: Source

  private enum Source {
    case files(ids: [String], paths: [String], cache: SampleCache<Image>, hash: HashMemory)
    case memory(ids: [String], images: [Image], fingerprint: String)
  }

  /// The images of a folder's split: of `labels/` nothing is opened, listed or needed.
  ///
  /// - Parameters: as those of `FolderDataset`.
  /// - Throws: `InputError` as `FolderDataset`, but for what is wrong with labels.
  public init(
    directory: String, split: String, remap: ClassMap? = nil, channels: Int = 3,
    cacheLimit: Int = FolderDataset.defaultCacheLimit
  ) throws {
    let classPath = "\(directory)/\(FolderLayout.classFile)"
    let ids = try SplitList.read(split, in: directory)
    let fileClasses = try ClassList.read(classPath)
    _ = try remap?.table(for: fileClasses, path: classPath)
    let paths = try FolderImages(directory).paths(of: ids)
    self.init(
      name: "\(remap?.name ?? FolderDataset.lastPart(of: directory))/\(split)", classes: remap?.kept ?? fileClasses,
      channels: channels, count: ids.count,
      source: .files(ids: ids, paths: paths, cache: SampleCache(limit: cacheLimit), hash: HashMemory()))
  }

  /// The images of a data set that makes its labels together with them, such as FashionScenes: reads every sample and
  /// lets go of its labels.
  ///
  /// - Throws: what reading a sample throws.
  public init(droppingLabelsOf dataset: any LabelledDataset) throws {
    let images = try (0..<dataset.count).map(dataset.image)
    self.init(
      name: dataset.name, classes: dataset.classes, channels: dataset.channels, count: dataset.count,
      source: .memory(
        ids: (0..<dataset.count).map(dataset.identifier), images: images, fingerprint: dataset.fingerprint))
  }

  /// A single image, to be batched as a network takes it; nothing is recorded of it.
  public init(_ image: Image) {
    self.init(
      name: "image", classes: [], channels: image.channels, count: 1,
      source: .memory(ids: ["image"], images: [image], fingerprint: ""))
  }

  private init(name: String, classes: [String], channels: Int, count: Int, source: Source) {
    (self.name, self.classes, self.channels, self.count, self.source) = (name, classes, channels, count, source)
  }

  /// As the protocol says.
  public func image(at index: Int) throws -> Image {
    switch source {
    case .memory(_, let images, _): return images[index]
    case .files(let ids, let paths, let cache, _):
      return try cache.value(ids[index]) { try ImageFile.read(at: paths[index], channels: channels) }
    }
  }

  /// As the protocol says.
  public func identifier(at index: Int) -> String {
    switch source {
    case .files(let ids, _, _, _), .memory(let ids, _, _): ids[index]
    }
  }

  /// Of a folder: a hash of the classes, the ids and the content of every image file, and so another one than that of the
  /// same split with labels. In memory: that of the data set whose images they are.
  public var fingerprint: String {
    switch source {
    case .memory(_, _, let fingerprint): return fingerprint
    case .files(let ids, let paths, _, let memory):
      return memory.value {
        var hash = Fingerprint()
        hash.add("images alone")
        for name in classes { hash.add(name) }
        hash.add(UInt64(channels))
        for (id, path) in zip(ids, paths) {
          hash.add(id)
          hash.add(contentsOf: path)
        }
        return hash.hexadecimal
      }
    }
  }
}

extension UnlabelledDataset {
  /// Opens the three splits of a folder, the training split without its labels.
  ///
  /// Validation has its labels, to be measured against, and so has tuning where it is a split of its own. Where tuning
  /// is cut from training, by the rule of `FolderDataset.splits`, it has none.
  ///
  /// - Throws: `InputError` as `FolderDataset.splits`.
  public static func splits(
    directory: String, train: String = "train", tuning: String = "tuning", validation: String = "val",
    remap: ClassMap? = nil, channels: Int = 3
  ) throws -> DatasetSplits {
    func labelled(_ split: String) throws -> FolderDataset {
      try FolderDataset(directory: directory, split: split, remap: remap, channels: channels)
    }
    let images = try UnlabelledDataset(directory: directory, split: train, remap: remap, channels: channels)
    let reported = try labelled(validation)
    let known = SplitList.available(in: directory, try FolderLayout.names(in: directory))
    let background = DatasetSplits.backgroundClass(in: images.classes)
    guard !known.contains(tuning) else {
      return DatasetSplits(
        images: images, tuning: try labelled(tuning), validation: reported, backgroundClass: background)
    }
    let cut = try FolderDataset.tuningCut(of: images.count, train: train, tuning: tuning, directory: directory)
    return DatasetSplits(
      images: images.selecting(cut.kept, split: train), tuningImages: images.selecting(cut.held, split: tuning),
      validation: reported, backgroundClass: background)
  }

  /// Some of a folder's images, under another split's name; they share its cache.
  private func selecting(_ places: [Int], split: String) -> UnlabelledDataset {
    guard case .files(let ids, let paths, let cache, _) = source else { return self }
    let dataset = name.split(separator: "/").dropLast().joined(separator: "/")
    return UnlabelledDataset(
      name: "\(dataset)/\(split)", classes: classes, channels: channels, count: places.count,
      source: .files(ids: places.map { ids[$0] }, paths: places.map { paths[$0] }, cache: cache, hash: HashMemory()))
  }
}
