import Datasets
import Foundation
import Support

/// Where a row's images come from.
package struct DataSource: Codable, Sendable, Equatable {
  package enum Kind: String, Codable, Sendable { case fashion32, fashion64, folder }

  package var kind: Kind
  /// What tables call it.
  package var name: String
  /// Of a folder: where it is; nil means `data/NAME`, or `$RSS_DATA/NAME` where that variable is set.
  package var directory: String?
  /// The folder's name under `data`, where it isn't the one that tables use.
  package var folder: String?
  package var trainSplit = "train"
  package var validationSplit = "val"
  /// A named class map such as `voc7`; nil keeps the folder's classes.
  package var remap: String?

  package static let fashion32 = DataSource(kind: .fashion32, name: "fashion32")
  package static let fashion64 = DataSource(kind: .fashion64, name: "fashion64")

  package static func folder(_ name: String) -> DataSource { DataSource(kind: .folder, name: name) }

  /// The folder that will be read.
  package var resolvedDirectory: String {
    if let directory { return directory }
    let root = ProcessInfo.processInfo.environment["RSS_DATA"] ?? "data"
    return "\(root)/\(folder ?? name)"
  }

  /// - Throws: `InputError` that names the file or folder and says how to get it.
  package func load() throws -> DatasetSplits {
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
  package func loadWithoutTrainingLabels() throws -> DatasetSplits {
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
