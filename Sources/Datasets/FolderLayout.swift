import Foundation
import Support

/// Where things are in a data set's folder.
///
/// ```
/// classes.txt              `id name` for each class
/// train.txt, val.txt, ...  the ids of each split
/// images/ID.png            or .jpg, .jpeg
/// labels/ID.png            8-bit, one class id per pixel, 255 = void
/// ```
struct FolderLayout {
  static let classFile = "classes.txt"
  private static let imageExtensions = ["png", "jpg", "jpeg"]

  let directory: String
  private let images: Set<String>
  private let labels: Set<String>

  /// Lists the folder's images and labels once, so that looking up an id costs no system call.
  ///
  /// - Throws: `InputError` when the folder or one of its two parts is missing or can't be read.
  init(_ directory: String) throws {
    _ = try Self.names(in: directory)
    self.directory = directory
    images = Set(
      try FileReading.names(
        in: "\(directory)/images", expected: "the data set's images", advice: "Put ID.png or ID.jpg files there."))
    labels = Set(
      try FileReading.names(
        in: "\(directory)/labels", expected: "the data set's labels", advice: "Put ID.png files there."))
  }

  var classPath: String { "\(directory)/\(Self.classFile)" }

  /// - Throws: `InputError` when there is no folder of this name.
  static func names(in directory: String) throws -> [String] {
    try FileReading.names(
      in: directory, expected: "a data set: images/, labels/, classes.txt and a text file for each split",
      advice: "Fetch the data set with data-scripts (see data-scripts/README.md), or correct the path.")
  }

  /// The files of the given ids.
  ///
  /// - Throws: `InputError` that names the first file which is missing and says how many are.
  func entries(_ ids: [String]) throws -> [Entry] {
    let lacking = problems(with: ids)
    if let first = lacking.first {
      guard lacking.count > 1 else { throw first }
      throw InputError(
        first.subject, found: "\(first.found), and \(lacking.count - 1) more missing files", expected: first.expected,
        advice: first.advice)
    }
    return ids.compactMap { id in
      imageName(id).map {
        Entry(id: id, image: "\(directory)/images/\($0)", label: "\(directory)/labels/\(id).png")
      }
    }
  }

  /// A complaint about every image and label that isn't there.
  func problems(with ids: [String]) -> [InputError] {
    var problems: [InputError] = []
    for id in ids {
      if imageName(id) == nil {
        problems.append(missing("\(directory)/images/\(id).png", "an image (.png, .jpg or .jpeg) for each id"))
      }
      if !labels.contains("\(id).png") {
        problems.append(missing("\(directory)/labels/\(id).png", "a label file (8-bit PNG) for each id"))
      }
    }
    return problems
  }

  private func imageName(_ id: String) -> String? {
    Self.imageExtensions.lazy.map { "\(id).\($0)" }.first(where: images.contains)
  }

  private func missing(_ path: String, _ expected: String) -> InputError {
    InputError(
      path, found: "no such file", expected: expected, advice: "Add the file, or take its id out of the split.")
  }

  /// The two files of one sample.
  struct Entry: Sendable {
    let id: String
    let image: String
    let label: String
  }
}
