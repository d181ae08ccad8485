import Foundation
import Glibc
import Synchronization

/// Files that are either whole or not there.
package enum AtomicFile {
  /// Tells the temporary files of one process apart, should two of its threads write to one path.
  private static let counter = Atomic<Int>(0)

  /// Writes `data` to `path` so that a reader, or a machine that loses power, sees the old file or the new one and
  /// never a part: the bytes go to a temporary file beside it, are synced, the file is renamed over the old one, and the
  /// folder that now names it is synced.
  ///
  /// What isn't a plain file is written through and stays what it is: a symbolic link (the file it leads to is replaced),
  /// a device, a pipe.
  ///
  /// - Throws: `InputError` that names the path and the system's reason (disk full, read-only folder).
  package static func write(_ data: Data, to path: String) throws {
    let target = destination(path)
    var status = stat()
    if stat(target, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) {
      let descriptor = open(target, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw failure(path, "open", errno) }
      defer { close(descriptor) }
      return try write(data, to: descriptor, path)
    }
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    let temporary = "\(target).\(getpid())-\(number).partial"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(path, "create", errno) }
    var written = false
    defer {
      close(descriptor)
      if !written { unlink(temporary) }
    }
    try write(data, to: descriptor, path)
    guard fsync(descriptor) == 0 else { throw failure(path, "sync", errno) }
    guard rename(temporary, target) == 0 else { throw failure(path, "rename", errno) }
    written = true
    try syncFolder(of: target)
  }

  /// Makes sure that a new name in a folder outlives a loss of power: a rename is on the disk when its folder is.
  ///
  /// - Throws: `InputError` with the system's reason; file systems that can't sync a folder have none.
  package static func syncFolder(of path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == EACCES { return }  // one may write into a folder that one may not list
      throw failure(path, "sync the folder of", errno)
    }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else {
      throw failure(path, "sync the folder of", errno)
    }
  }

  /// Where a chain of symbolic links leads; the path itself where it is none, or leads in a circle.
  private static func destination(_ path: String) -> String {
    var target = path
    for _ in 0..<40 {  // as many as Linux follows
      guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: target) else { return target }
      let folder = (target as NSString).deletingLastPathComponent
      target = next.hasPrefix("/") || folder.isEmpty ? next : "\(folder)/\(next)"
    }
    return path
  }

  private static func write(_ data: Data, to descriptor: Int32, _ path: String) throws {
    var offset = 0
    while offset < data.count {
      let result = data.withUnsafeBytes { bytes in
        Glibc.write(descriptor, bytes.baseAddress.map { $0 + offset }, data.count - offset)
      }
      if result < 0 {
        if errno == EINTR { continue }
        throw failure(path, "write", errno)
      }
      offset += result
    }
  }

  /// The error for a system call that failed on `path`.
  package static func failure(_ path: String, _ action: String, _ code: Int32) -> InputError {
    InputError(
      path, found: "the system could not \(action) it (\(String(cString: strerror(code))))",
      expected: "a writable folder with free space",
      advice: "Free some space or choose another folder with --out; what was already recorded stays readable.")
  }
}
