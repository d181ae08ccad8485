import Images
import Support

/// `image_labels.txt`: which classes each image of a data folder shows, without saying where.
///
/// A line `id class class …` for each image, classes by their ids in `classes.txt`. An id alone is an image that shows
/// nothing but background. The background is in every image and no tag; void is no class.
public struct TagFile: Sendable {
  /// In the data set's folder.
  public static let fileName = "image_labels.txt"

  private let path: String
  private let tags: [String: [UInt8]]

  /// - Parameters:
  ///   - directory: the data folder.
  ///   - remap: the classes to keep; tags of other classes are dropped, as their pixels are void.
  /// - Throws: `InputError` that names the line: a word that is no class id, the background as a tag, a tag twice, an id
  ///   twice.
  public init(directory: String, remap: ClassMap? = nil) throws {
    let path = "\(directory)/\(Self.fileName)"
    let classPath = "\(directory)/\(FolderLayout.classFile)"
    let fileClasses = try ClassList.read(classPath)
    let table = try remap?.table(for: fileClasses, path: classPath)
    let background = DatasetSplits.backgroundClass(in: fileClasses)
    let expected = "a line `id class class …` with class ids of \(FolderLayout.classFile)"
    var tags: [String: [UInt8]] = [:]
    for (number, line) in try FileReading.lines(of: path, expected: expected, advice: Self.advice).enumerated() {
      func wrong(_ found: String, _ expected: String) -> InputError {
        InputError("\(path) line \(number + 1)", found: found, expected: expected, advice: Self.advice)
      }
      let words = line.split(whereSeparator: \.isWhitespace)
      guard let id = words.first.map(String.init) else { continue }
      guard tags[id] == nil else { throw wrong("\(id) for the second time", "every image once") }
      var found: [UInt8] = []
      for word in words.dropFirst() {
        guard let tag = UInt8(word), fileClasses.indices.contains(Int(tag)) else {
          throw wrong("the tag \(word)", "a class id in 0...\(fileClasses.count - 1)")
        }
        guard Int(tag) != background else {
          throw wrong("the tag \(word), which is \(fileClasses[Int(tag)])", "no tag for the background")
        }
        guard !found.contains(tag) else { throw wrong("the tag \(word) twice", "every tag once") }
        found.append(tag)
      }
      tags[id] = found.map { table?[Int($0)] ?? $0 }.filter { $0 != LabelMap.void }.sorted()
    }
    (self.path, self.tags) = (path, tags)
  }

  /// The ids of the classes in an image, ascending; none where it shows background alone.
  ///
  /// - Throws: `InputError` for an image that has no line.
  public func tags(of id: String) throws -> [UInt8] {
    guard let found = tags[id] else {
      throw InputError(
        path, found: "no line for the image \(id)", expected: "a line for every image of the split",
        advice: "Add a line `\(id)` with its class ids, or the id alone where it shows background only.")
    }
    return found
  }

  private static let advice = "data-scripts/README.md describes the file."
}
