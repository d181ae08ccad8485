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

  let directory: String
  private let images: FolderImages
  private let labels: Set<String>

  /// Lists the folder's images and labels once, so that looking up an id costs no system call.
  ///
  /// - Throws: `InputError` when the folder or one of its two parts is missing or can't be read.
  init(_ directory: String) throws {
    _ = try Self.names(in: directory)
    self.directory = directory
    images = try FolderImages(directory)
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
    try throwFirst(of: problems(with: ids))
    return ids.compactMap { id in
      images.path(of: id).map { Entry(id: id, image: $0, label: "\(directory)/labels/\(id).png") }
    }
  }

  /// A complaint about every image and label that isn't there.
  func problems(with ids: [String]) -> [InputError] {
    ids.flatMap { id in
      let label = "\(id).png"
      return images.problems(with: [id])
        + (labels.contains(label)
          ? [] : [missingFile("\(directory)/labels/\(label)", "a label file (8-bit PNG) for each id")])
    }
  }

  /// The two files of one sample.
  struct Entry: Sendable {
    let id: String
    let image: String
    let label: String
  }
}

/// The images of a data set's folder alone: it knows of no label file.
struct FolderImages {
  private static let extensions = ["png", "jpg", "jpeg"]

  private let directory: String
  private let names: Set<String>

  /// - Throws: `InputError` when `images/` is missing or can't be read.
  init(_ directory: String) throws {
    self.directory = "\(directory)/images"
    names = Set(
      try FileReading.names(
        in: "\(directory)/images", expected: "the data set's images", advice: "Put ID.png or ID.jpg files there."))
  }

  /// Nil where the id has no image.
  func path(of id: String) -> String? {
    Self.extensions.lazy.map { "\(id).\($0)" }.first(where: names.contains).map { "\(directory)/\($0)" }
  }

  /// The paths of the given ids' images.
  ///
  /// - Throws: `InputError` that names the first image which is missing and says how many are.
  func paths(of ids: [String]) throws -> [String] {
    try throwFirst(of: problems(with: ids))
    return ids.compactMap(path)
  }

  /// A complaint about every image that isn't there.
  func problems(with ids: [String]) -> [InputError] {
    ids.filter { path(of: $0) == nil }
      .map { missingFile("\(directory)/\($0).png", "an image (.png, .jpg or .jpeg) for each id") }
  }
}

private func missingFile(_ path: String, _ expected: String) -> InputError {
  InputError(path, found: "no such file", expected: expected, advice: "Add the file, or take its id out of the split.")
}

/// Throws the first complaint, where there is one, and how many there are.
private func throwFirst(of lacking: [InputError]) throws {
  guard let first = lacking.first else { return }
  guard lacking.count > 1 else { throw first }
  throw InputError(
    first.subject, found: "\(first.found), and \(lacking.count - 1) more missing files", expected: first.expected,
    advice: first.advice)
}
