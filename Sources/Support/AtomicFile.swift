import Foundation
import Glibc
import Synchronization

/// Files that are either whole or not there.
public enum AtomicFile {
  /// Tells the temporary files of one process apart, should two of its threads write to one path.
  private static let counter = Atomic<Int>(0)

  /// Writes `data` to `path` so that a reader, or a machine that loses power, sees the old file or the new one and
  /// never a part: the bytes go to a temporary file beside it, are synced, and the file is renamed over the old one.
  ///
  /// - Throws: `InputError` that names the path and the system's reason (disk full, read-only folder).
  public static func write(_ data: Data, to path: String) throws {
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    let temporary = "\(path).\(getpid())-\(number).partial"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(path, "create", errno) }
    var written = false
    defer {
      close(descriptor)
      if !written { unlink(temporary) }
    }
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
    guard fsync(descriptor) == 0 else { throw failure(path, "sync", errno) }
    guard rename(temporary, path) == 0 else { throw failure(path, "rename", errno) }
    written = true
  }

  /// The error for a system call that failed on `path`.
  public static func failure(_ path: String, _ action: String, _ code: Int32) -> InputError {
    InputError(
      path, found: "the system could not \(action) it (\(String(cString: strerror(code))))",
      expected: "a writable folder with free space",
      advice: "Free some space or choose another folder with --out; what was already recorded stays readable.")
  }
}
