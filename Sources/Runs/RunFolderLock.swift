import Foundation
import Glibc
import Support

/// Keeps a second process out of a run's folder, by `flock` on the file `lock` in it.
///
/// The kernel lets go of it however the process ends, so it is never stale; the file itself may stay behind a kill.
final class RunFolderLock {
  private let path: String
  private let descriptor: Int32

  /// - Throws: `InputError` that names the folder and the process which works there, or the file that can't be written.
  init(_ folder: String) throws {
    path = "\(folder)/lock"
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw AtomicFile.failure(path, "create", errno) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let reason = errno
        defer { close(descriptor) }
        guard reason == EWOULDBLOCK else { throw AtomicFile.failure(path, "lock", reason) }
        throw InputError(
          folder, found: "process \(Self.holder(descriptor)) at work in it", expected: "a folder that no run uses",
          advice: "Wait for that run or stop it, or name another folder with --out.")
      }
      // Whoever held it until just now has removed the file: then this lock is on a file without a name.
      guard Self.isNamed(path, descriptor) else {
        close(descriptor)
        continue
      }
      let text = "\(getpid())\n"
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

  private static func holder(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    return Int(text.trimmingCharacters(in: .whitespacesAndNewlines)).map(String.init) ?? "(starting)"
  }

  private static func isNamed(_ path: String, _ descriptor: Int32) -> Bool {
    var (named, opened) = (stat(), stat())
    return stat(path, &named) == 0 && fstat(descriptor, &opened) == 0 && named.st_ino == opened.st_ino
      && named.st_dev == opened.st_dev
  }
}
