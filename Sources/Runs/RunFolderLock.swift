import Foundation
import Glibc
import Support

/// Keeps a second process out of a run's folder, by `flock` on the file `lock` in it.
///
/// The kernel lets go of it however the process ends, so it is never stale; the file itself may stay behind a kill.
/// Between machines it holds where their file system has `flock` across them (NFS 4; Lustre mounted with `flock`).
final class RunFolderLock {
  private let path: String
  private let descriptor: Int32

  /// - Throws: `RunInUse` that names the process at work in the folder; `InputError` for a file that can't be written.
  init(_ folder: String) throws {
    path = "\(folder)/lock"
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw AtomicFile.failure(path, "create", errno) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let reason = errno
        defer { close(descriptor) }
        guard reason == EWOULDBLOCK else { throw AtomicFile.failure(path, "lock", reason) }
        throw RunInUse(folder: folder, holder: Self.holder(descriptor))
      }
      // Whoever held it until just now has removed the file: then this lock is on a file without a name.
      guard Self.isNamed(path, descriptor) else {
        close(descriptor)
        continue
      }
      let text = "\(getpid()) \(hostName)\n"
      guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.utf8.count, 0) == text.utf8.count else {
        let reason = errno
        close(descriptor)
        throw AtomicFile.failure(path, "write", reason)
      }
      self.descriptor = descriptor
      return
    }
  }

  /// Ends with the object: the name goes first, while the lock still holds.
  deinit {
    unlink(path)
    close(descriptor)
  }

  /// The process at work in a folder; nil where there is none.
  ///
  /// Where a kill left the file behind, looking holds the lock for an instant, in which another process is refused.
  static func holder(of folder: String) -> String? {
    let descriptor = open("\(folder)/lock", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
    return holder(descriptor)
  }

  private static func holder(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 100)  // a number, and a host's name of at most 64 characters
    let count = pread(descriptor, &bytes, bytes.count, 0)
    let words = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard let process = words.first.flatMap({ Int($0) }) else { return "process (starting)" }
    return "process \(process)" + (words.count > 1 ? " on \(words[1])" : "")
  }

  private static func isNamed(_ path: String, _ descriptor: Int32) -> Bool {
    var (named, opened) = (stat(), stat())
    return stat(path, &named) == 0 && fstat(descriptor, &opened) == 0 && named.st_ino == opened.st_ino
      && named.st_dev == opened.st_dev
  }
}
