import Foundation
import Images
import Support

/// Writes a data set as a folder in the layout of data-scripts/README.md: to look at it, to change it, or to give its
/// labels to another program.
///
/// Images become 8-bit PNGs: those of a folder keep their values, those of FashionScenes are rounded to 1/255. Labels
/// become palette PNGs of the same class ids. The three splits get the names train, tuning and val, and `SOURCE.txt`
/// says where everything came from.
package struct FolderExport: Sendable {
  /// Samples to write of each split, from its first on; nil writes all.
  package var limit: Int?
  /// The colours of the classes in the label files.
  package var palette: [RGB]

  /// - Throws: `InputError` for a limit below 1.
  package init(limit: Int? = nil, palette: [RGB]) throws {
    guard limit.map({ $0 >= 1 }) ?? true else {
      throw InputError(
        "--limit", found: "\(limit ?? 0)", expected: "at least 1 sample of each split",
        advice: "Leave it out for all samples.")
    }
    (self.limit, self.palette) = (limit, palette)
  }

  /// Writes the folder, all of it or nothing: into a folder beside it first, which is renamed at the end.
  ///
  /// - Returns: how many samples each split has got.
  /// - Throws: `InputError` for a folder that holds something already or can't be written, for a sample that can't be
  ///   read, and for two samples of one name.
  @discardableResult
  package func write(_ splits: DatasetSplits, to directory: String) throws -> [(split: String, count: Int)] {
    try requireFree(directory)
    let target = URL(fileURLWithPath: directory).standardizedFileURL.path
    let temporary = "\(target).\(ProcessInfo.processInfo.processIdentifier).partial"
    let parts = try [
      ("train", splits.trainingLabels(for: "an export")), ("tuning", splits.tuningLabels(for: "an export")),
      ("val", splits.validation),
    ]
    do {
      for folder in ["images", "labels"] {
        try Folder.make("\(temporary)/\(folder)", advice: "Name another one.")
      }
      var written: Set<String> = []
      let counts = try parts.map { name, dataset in
        let count = min(dataset.count, limit ?? dataset.count)
        let ids = try (0..<count).map { try write($0, of: dataset, to: temporary, &written) }
        try text(ids, to: "\(temporary)/\(name).txt")
        return (split: name, count: count)
      }
      let classes = splits.train.classes.enumerated().map { "\($0.offset) \($0.element)" }
      try text(classes + ["255 void"], to: "\(temporary)/\(FolderLayout.classFile)")
      try text(source(parts.map(\.1)), to: "\(temporary)/SOURCE.txt")
      guard rename(temporary, target) == 0 else { throw AtomicFile.failure(directory, "rename", errno) }
      try AtomicFile.syncFolder(of: target)
      return counts
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
      throw error as? InputError ?? unwritable(directory, error)
    }
  }

  /// Writes one sample; returns its id.
  private func write(_ index: Int, of dataset: any LabelledDataset, to directory: String, _ written: inout Set<String>)
    throws
    -> String
  {
    let sample = try dataset.sample(at: index)
    let id = dataset.identifier(at: index)
    guard written.insert(id).inserted else {
      throw InputError(
        dataset.name, found: "a second sample called \(id)", expected: "every sample in one split only",
        advice: "Take it out of one of the splits; `rss data verify` lists such samples of a folder.")
    }
    let image = "\(directory)/images/\(id).png"
    let labels = "\(directory)/labels/\(id).png"
    try PNG.encode(sample.image, named: image).write(to: URL(fileURLWithPath: image))
    try PNG.encode(sample.labels, palette: palette, named: labels).write(to: URL(fileURLWithPath: labels))
    return id
  }

  private func source(_ datasets: [any LabelledDataset]) -> [String] {
    ["Written by `rss data export`\(limit.map { " --limit \($0)" } ?? "") from these splits (name, fingerprint):"]
      + datasets.map { "\($0.name) \($0.fingerprint)" }
  }

  private func text(_ lines: [String], to path: String) throws {
    try Data(lines.map { "\($0)\n" }.joined().utf8).write(to: URL(fileURLWithPath: path))
  }

  /// - Throws: `InputError` where there is a file, or a folder with something in it.
  private func requireFree(_ directory: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: directory, isDirectory: &isFolder) else { return }
    let names = isFolder.boolValue ? try? FileManager.default.contentsOfDirectory(atPath: directory) : nil
    guard let names else {
      throw InputError(
        directory, found: isFolder.boolValue ? "a folder that can't be read" : "a file",
        expected: "a new or empty folder", advice: "Name another one.")
    }
    guard let first = names.min() else { return }
    throw InputError(
      directory, found: "a folder with \(names.count) things in it, such as \(first)",
      expected: "a new or empty folder", advice: "Name another one, or empty it: an export replaces nothing.")
  }

  private func unwritable(_ directory: String, _ error: any Error) -> InputError {
    InputError(
      directory, found: "a folder that can't be written (\((error as NSError).localizedDescription))",
      expected: "a writable folder with free space", advice: "Name another one.")
  }
}
