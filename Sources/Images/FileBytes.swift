import Glibc
import Support

/// The bytes of the file at `path`.
///
/// - Throws: `InputError` for a path where nothing is, a folder or another thing that isn't a regular file, a file that
///   may not be read, and an empty file.
func fileBytes(at path: String, kind: String) throws -> [UInt8] {
  func complaint(_ found: String, _ advice: String) -> InputError {
    InputError(path, found: found, expected: kind, advice: advice)
  }
  let checkPath = "Check the path, or fetch the data set again if the file should be part of it."
  var status = stat()
  guard stat(path, &status) == 0 else {
    if errno == ENOENT || errno == ENOTDIR { throw complaint("no file", checkPath) }
    throw complaint("a file that can't be looked at (\(String(cString: strerror(errno))))", checkPath)
  }
  switch status.st_mode & S_IFMT {
  case S_IFREG: break
  case S_IFDIR: throw complaint("a folder", "Give the path of one file in it.")
  default: throw complaint("something that is not a regular file", checkPath)
  }
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else {
    throw complaint("a file that can't be opened (\(String(cString: strerror(errno))))", "Check its permissions.")
  }
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
  var offset = 0
  while offset < bytes.count {
    let result = bytes.withUnsafeMutableBytes {
      read(descriptor, $0.baseAddress.map { $0 + offset }, $0.count - offset)
    }
    if result < 0 {
      if errno == EINTR { continue }
      throw complaint("a file that can't be read (\(String(cString: strerror(errno))))", "Check the disk.")
    }
    if result == 0 { break }
    offset += result
  }
  bytes.removeLast(bytes.count - offset)
  if bytes.isEmpty {
    throw complaint("an empty file", "Its copy or download probably failed: fetch it again.")
  }
  return bytes
}
