import Glibc

/// Whole files, with errors that say why one can't be read.
package enum FileBytes {
  /// No file that is read whole is larger: the largest are checkpoints and states, some hundreds of megabytes. More
  /// is a wrong path, and is refused before memory is taken.
  package static let most = 1 << 32

  /// The bytes of the file at `path`.
  ///
  /// - Parameters:
  ///   - expected: what the file should be, for the error.
  ///   - advice: what to do where it isn't.
  /// - Throws: `InputError` that tells apart: no such file, a folder, another thing that isn't a regular file (to read a
  ///   pipe would wait for ever), a file that can't be read, with the system's reason, and one of more than 4 GB.
  package static func read(_ path: String, expected: String, advice: String) throws -> [UInt8] {
    let size = try size(path, expected: expected, advice: advice)
    func complaint(_ found: String) -> InputError {
      InputError(path, found: found, expected: expected, advice: advice)
    }
    func unreadable() -> InputError { complaint(unreadableFile()) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable() }
    defer { close(descriptor) }
    // One byte more than its size: the end is seen without another piece. Files of the system say 0 and have more.
    var bytes = [UInt8](repeating: 0, count: size + 1)
    var count = 0
    while true {
      let result = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count)
      }
      if result < 0 {
        if errno == EINTR { continue }
        throw unreadable()
      }
      if result == 0 { break }
      count += result
      if count == bytes.count {
        guard count <= most else { throw complaint("a file of more than \(most) bytes") }
        bytes.append(contentsOf: repeatElement(0, count: max(4096, count)))
      }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  /// The first bytes of a file, to see what it is; nil where it can't be read.
  package static func start(of path: String, _ count: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: count)
    let read = Glibc.read(descriptor, &bytes, count)
    return read > 0 ? Array(bytes.prefix(read)) : nil
  }

  /// How many bytes a file that can be read whole has, by its folder entry.
  ///
  /// - Throws: as `read`, without opening it.
  package static func size(_ path: String, expected: String, advice: String) throws -> Int {
    func complaint(_ found: String) -> InputError {
      InputError(path, found: found, expected: expected, advice: advice)
    }
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw complaint(errno == ENOENT || errno == ENOTDIR ? "no such file" : unreadableFile())
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw complaint("a folder, not a file")
    default: throw complaint("something that is not a regular file")
    }
    guard status.st_size <= most else { throw complaint("a file of \(status.st_size) bytes") }
    return Int(status.st_size)
  }

  /// With the system's reason.
  private static func unreadableFile() -> String { "a file that can't be read (\(String(cString: strerror(errno))))" }
}
