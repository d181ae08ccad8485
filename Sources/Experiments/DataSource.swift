import Datasets
import Foundation
import Support

/// Where a row's images come from.
public struct DataSource: Codable, Sendable, Equatable {
  public enum Kind: String, Codable, Sendable { case fashion32, fashion64, folder }

  public var kind: Kind
  /// What tables call it.
  public var name: String
  /// Of a folder: where it is; nil means `data/NAME`, or `$RSS_DATA/NAME` where that variable is set.
  public var directory: String?
  public var trainSplit = "train"
  public var validationSplit = "val"
  /// A named class map such as `voc7`; nil keeps the folder's classes.
  public var remap: String?

  public static let fashion32 = DataSource(kind: .fashion32, name: "fashion32")
  public static let fashion64 = DataSource(kind: .fashion64, name: "fashion64")

  public static func folder(_ name: String) -> DataSource { DataSource(kind: .folder, name: name) }

  /// The folder that will be read.
  public var resolvedDirectory: String {
    if let directory { return directory }
    let root = ProcessInfo.processInfo.environment["RSS_DATA"] ?? "data"
    return "\(root)/\(name)"
  }

  /// - Throws: `InputError` that names the file or folder and says how to get it.
  public func load() throws -> DatasetSplits {
    switch kind {
    case .fashion32: return try FashionScenes.load(.fashion32)
    case .fashion64: return try FashionScenes.load(.fashion64)
    case .folder:
      try requireDirectory()
      return try FolderDataset.splits(
        directory: resolvedDirectory, train: trainSplit, validation: validationSplit,
        remap: remap.map(ClassMap.named))
    }
  }

  /// The same with a training split of images alone: for rewards that come from a program.
  ///
  /// Of a folder, no label file of the training split is opened. FashionScenes' labels are made together with its images,
  /// and let go before this returns.
  ///
  /// - Throws: `InputError` as `load`, but for what is wrong with training labels.
  public func loadWithoutTrainingLabels() throws -> DatasetSplits {
    guard kind != .folder else {
      try requireDirectory()
      return try UnlabelledDataset.splits(
        directory: resolvedDirectory, train: trainSplit, validation: validationSplit,
        remap: remap.map(ClassMap.named))
    }
    let splits = try load()
    return splits.learning(
      fromImages: try UnlabelledDataset(droppingLabelsOf: splits.trainingLabels(for: "dropping them")))
  }

  private func requireDirectory() throws {
    guard directory == nil && name == "folder" else { return }
    throw InputError(
      "row folder/…", found: "no folder", expected: "--data DIR",
      advice: "DIR holds images/, labels/, classes.txt and one text file per split (data-scripts/README.md).")
  }
}
