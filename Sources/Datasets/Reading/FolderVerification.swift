import Foundation
import Images
import Support

/// Checks a whole data set's folder before it's used: every class list, split, image and label.
///
/// Opening a split stops at the first problem; this collects all of them, and counts what is there.
package enum FolderVerification {
  /// What was found.
  package struct Report: Sendable {
    /// Everything that is wrong, in the order of the folder's files; empty when the data set can be used.
    package let problems: [InputError]
    /// The class names; empty when `classes.txt` can't be read.
    package let classes: [String]
    /// Every split whose list could be read, by name.
    package let splits: [Split]
    /// Images that are in no split; not a problem.
    package let unlistedImages: Int
  }

  /// One split's numbers, over those of its samples that could be read.
  package struct Split: Sendable, Equatable {
    package let name: String
    /// Ids in the list.
    package let count: Int
    /// Samples without a problem.
    package let readable: Int
    /// Smallest and largest width and height; `nil` when nothing could be read.
    package let widths: ClosedRange<Int>?
    package let heights: ClosedRange<Int>?
    /// Pixels of each class.
    package let classPixels: [Int]
    package let voidPixels: Int

    /// Each class's share of the pixels that aren't void; 0 when there are none.
    package var classShares: [Double] {
      let total = classPixels.reduce(0, +)
      return classPixels.map { total == 0 ? 0 : Double($0) / Double(total) }
    }

    /// Void's share of all pixels.
    package var voidShare: Double {
      let total = classPixels.reduce(voidPixels, +)
      return total == 0 ? 0 : Double(voidPixels) / Double(total)
    }
  }

  /// Reads everything.
  ///
  /// Cost: decodes every image and label of every split once, one at a time.
  package static func verify(directory: String) -> Report {
    var problems: [InputError] = []
    func attempt<Result>(_ work: () throws -> Result) -> Result? {
      do {
        return try work()
      } catch {
        problems.append(
          error as? InputError
            ?? InputError(
              directory, found: "\(error)", expected: "a data set that can be read", advice: "Check the folder."))
        return nil
      }
    }
    guard let names = attempt({ try FolderLayout.names(in: directory) }) else {
      return Report(problems: problems, classes: [], splits: [], unlistedImages: 0)
    }
    let classes = attempt { try ClassList.read("\(directory)/\(FolderLayout.classFile)") }
    let splitNames = SplitList.available(in: directory, names)
    if splitNames.isEmpty {
      problems.append(
        InputError(
          directory, found: "no split", expected: "a text file of ids for each split, such as train.txt",
          advice: "data-scripts/README.md describes the folder's layout."))
    }
    let lists = splitNames.compactMap { name in
      attempt { try SplitList.read(name, in: directory) }.map { (name: name, ids: $0) }
    }
    problems += leaks(lists, directory: directory)
    guard let layout = attempt({ try FolderLayout(directory) }) else {
      return Report(problems: problems, classes: classes ?? [], splits: [], unlistedImages: 0)
    }

    var contents: [String: Content] = [:]
    var seen: Set<String> = []
    var splits: [Split] = []
    for list in lists {
      var tally = Tally(classes: classes?.count ?? 0)
      for id in list.ids {
        if seen.insert(id).inserted {
          let missing = layout.problems(with: [id])
          problems += missing
          if missing.isEmpty { contents[id] = attempt { try Content(id, layout, classes) } }
        }
        if let content = contents[id] { tally.add(content) }
      }
      splits.append(tally.split(name: list.name, count: list.ids.count))
    }
    let images = (try? FileReading.names(in: "\(directory)/images", expected: "", advice: "")) ?? []
    let listed = Set(lists.flatMap(\.ids))
    let unlisted = images.filter { !listed.contains(($0 as NSString).deletingPathExtension) }
    return Report(problems: problems, classes: classes ?? [], splits: splits, unlistedImages: unlisted.count)
  }

  /// A complaint about each split that shares images with one that results are reported on.
  private static func leaks(_ lists: [(name: String, ids: [String])], directory: String) -> [InputError] {
    guard let train = lists.first(where: { $0.name == "train" }) else { return [] }
    let learned = Set(train.ids)
    return lists.filter { ["val", "test", "tuning"].contains($0.name) }.compactMap { list in
      let shared = list.ids.filter(learned.contains)
      guard let first = shared.first else { return nil }
      return InputError(
        "\(directory)/\(list.name).txt", found: "\(shared.count) ids that are in train.txt too, such as \(first)",
        expected: "images that training doesn't see", advice: "Take them out of one of the two lists.")
    }
  }
}

/// What one sample adds to the numbers.
private struct Content {
  let size: PixelSize
  let histogram: [Int]

  /// - Throws: `InputError` as `FolderDataset.sample(at:)` does.
  init(_ id: String, _ layout: FolderLayout, _ classes: [String]?) throws {
    let entry = try layout.entries([id])[0]
    let everyID = (0..<Int(LabelMap.void)).map(String.init)  // without a class list no id is known to be wrong
    let sample = try FolderDataset.read(entry, channels: nil, classes: classes ?? everyID)
    size = PixelSize(width: sample.image.width, height: sample.image.height)
    histogram = sample.labels.histogram()
  }
}

/// The sums of one split.
private struct Tally {
  private var sizes: [PixelSize] = []
  private var classPixels: [Int]
  private var voidPixels = 0

  init(classes: Int) {
    classPixels = [Int](repeating: 0, count: classes)
  }

  mutating func add(_ content: Content) {
    sizes.append(content.size)
    for id in classPixels.indices { classPixels[id] += content.histogram[id] }
    voidPixels += content.histogram[Int(LabelMap.void)]
  }

  func split(name: String, count: Int) -> FolderVerification.Split {
    FolderVerification.Split(
      name: name, count: count, readable: sizes.count, widths: Self.range(sizes.map(\.width)),
      heights: Self.range(sizes.map(\.height)), classPixels: classPixels, voidPixels: voidPixels)
  }

  private static func range(_ values: [Int]) -> ClosedRange<Int>? {
    guard let low = values.min(), let high = values.max() else { return nil }
    return low...high
  }
}
