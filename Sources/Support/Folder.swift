import Glibc

/// Folders that results are written into.
package enum Folder {
  /// Makes the folder at `path` and those above it; does nothing where it is there.
  ///
  /// By the system's own call: Foundation's error has a number in place of the reason.
  ///
  /// - Parameter advice: what to do where it can't be made, such as which option names another one.
  /// - Throws: `InputError` that names the folder, with the system's reason.
  package static func make(_ path: String, advice: String) throws {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += "\(part)/"
      guard mkdir(made, 0o777) != 0 else { continue }
      let reason = errno
      guard !isFolder(made) else { continue }
      throw InputError(
        path, found: "a folder that can't be made (\(String(cString: strerror(reason == EEXIST ? ENOTDIR : reason))))",
        expected: "a writable folder", advice: advice)
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
