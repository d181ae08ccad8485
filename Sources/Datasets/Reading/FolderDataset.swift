import Foundation
import Images
import Support
import Synchronization

/// One split of a data set in a folder: `images/`, `labels/`, `classes.txt` and a text file of ids per split.
///
/// Opening a split checks that every file of it exists; pixels are decoded when they are asked for and then kept, up to
/// a number of bytes. A file that contradicts the class list is reported when it is read.
public struct FolderDataset: LabelledDataset {
  /// As the protocol says.
  public let name: String
  /// As the protocol says.
  public let classes: [String]
  /// As the protocol says.
  public let channels: Int
  private let entries: [FolderLayout.Entry]
  /// The classes as the label files number them.
  private let fileClasses: [String]
  /// New class ids by the label file's; `nil` when they are the same.
  private let table: [UInt8]?
  private let cache: SampleCache<Sample>
  private let hash = HashMemory()

  /// - Parameters:
  ///   - directory: the data set's folder; its last part names the data set.
  ///   - split: `train` for the ids in `train.txt`.
  ///   - remap: the classes to keep; `nil` keeps all.
  ///   - channels: 1 or 3; images with another number are converted. `nil` takes that of the first image.
  ///   - cacheLimit: the most bytes of decoded samples to keep.
  /// - Throws: `InputError` for a missing folder, file or split, an empty split, a faulty class list, a class to keep
  ///   that doesn't exist.
  public init(
    directory: String, split: String, remap: ClassMap? = nil, channels: Int? = 3,
    cacheLimit: Int = FolderDataset.defaultCacheLimit
  ) throws {
    let layout = try FolderLayout(directory)
    let fileClasses = try ClassList.read(layout.classPath)
    let entries = try layout.entries(try SplitList.read(split, in: directory))
    self.init(
      name: "\(remap?.name ?? Self.lastPart(of: directory))/\(split)", classes: remap?.kept ?? fileClasses,
      channels: try channels ?? Self.detectChannels(entries[0].image), entries: entries, fileClasses: fileClasses,
      table: try remap?.table(for: fileClasses, path: layout.classPath), cache: SampleCache(limit: cacheLimit))
  }

  /// 512 MB: CamVid's 367 training images at 160 x 120 take 92 MB.
  public static let defaultCacheLimit = 512 << 20

  private init(
    name: String, classes: [String], channels: Int, entries: [FolderLayout.Entry], fileClasses: [String],
    table: [UInt8]?, cache: SampleCache<Sample>
  ) {
    precondition(channels == 1 || channels == 3, "1 or 3 channels, not \(channels)")
    self.name = name
    self.classes = classes
    self.channels = channels
    self.entries = entries
    self.fileClasses = fileClasses
    self.table = table
    self.cache = cache
  }

  /// As the protocol says.
  public var count: Int { entries.count }

  /// The id of the split's list.
  public func identifier(at index: Int) -> String { entries[index].id }

  /// - Throws: `InputError` for a file that can't be decoded, a label file that isn't 8-bit, a class id outside
  ///   `classes.txt`, an image and labels of different size.
  public func sample(at index: Int) throws -> Sample {
    let entry = entries[index]
    return try cache.value(entry.id) {
      let sample = try Self.read(entry, channels: channels, classes: fileClasses)
      guard let table else { return sample }
      var labels = sample.labels
      for i in labels.classes.indices { labels.classes[i] = table[Int(labels.classes[i])] }
      return Sample(image: sample.image, labels: labels)
    }
  }

  /// Decodes both files of a sample and checks them against each other and the class list.
  static func read(_ entry: FolderLayout.Entry, channels: Int?, classes: [String]) throws -> Sample {
    let image = try ImageFile.read(at: entry.image, channels: channels)
    let labels = try LabelFile.read(entry.label, classes: classes)
    guard image.width == labels.width, image.height == labels.height else {
      throw InputError(
        entry.label, found: "\(labels.width)x\(labels.height) pixels",
        expected: "\(image.width)x\(image.height), the size of \(entry.image)",
        advice: "Resize the labels by nearest neighbour, or replace the file.")
    }
    return Sample(image: image, labels: labels)
  }

  /// Reads the size from the label file's header.
  public func size(at index: Int) throws -> PixelSize { try LabelFile.size(entries[index].label) }

  /// A hash of the classes, the ids and the content of every image and label file. A file that can't be read counts as
  /// empty here; reading its sample reports it.
  ///
  /// Cost: reads every file, once. A start decodes every training image anyway (`Normalization`), which takes tens of times
  /// as long, so nothing is remembered from one start to the next.
  public var fingerprint: String {
    hash.value {
      var hash = Fingerprint()
      for name in classes { hash.add(name) }
      hash.add(UInt64(channels))
      for entry in entries {
        hash.add(entry.id)
        hash.add(contentsOf: entry.image)
        hash.add(contentsOf: entry.label)
      }
      return hash.hexadecimal
    }
  }

  /// The same files and cache, restricted to some of the ids.
  func selecting(_ indices: [Int], split: String) -> FolderDataset {
    let dataset = name.split(separator: "/").dropLast().joined(separator: "/")
    return FolderDataset(
      name: "\(dataset)/\(split)", classes: classes, channels: channels, entries: indices.map { entries[$0] },
      fileClasses: fileClasses, table: table, cache: cache)
  }

  private static func detectChannels(_ path: String) throws -> Int {
    try ImageFile.read(at: path, channels: nil).channels < 3 ? 1 : 3
  }

  static func lastPart(of directory: String) -> String {
    URL(fileURLWithPath: directory).standardizedFileURL.lastPathComponent
  }
}

extension Fingerprint {
  /// The content of a file; nothing where it can't be read.
  mutating func add(contentsOf path: String) {
    add((try? FileBytes.read(path, expected: "", advice: "")) ?? [])
  }
}

/// A fingerprint that is computed when it's first asked for.
final class HashMemory: Sendable {
  private let known = Mutex<String?>(nil)

  func value(_ compute: () -> String) -> String {
    known.withLock { known in
      let value = known ?? compute()
      known = value
      return value
    }
  }
}
