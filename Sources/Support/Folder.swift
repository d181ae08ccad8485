import Foundation

/// Folders that results are written into.
package enum Folder {
  /// Makes the folder at `path` and those above it; does nothing where it is there.
  ///
  /// - Parameter advice: what to do where it can't be made, such as which option names another one.
  /// - Throws: `InputError` that names the folder, with the system's reason.
  package static func make(_ path: String, advice: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw InputError(
        path, found: "a folder that can't be made (\(error.localizedDescription))", expected: "a writable folder",
        advice: advice)
    }
  }
}
