import Foundation
import Glibc

/// A disk of 64 kB of memory, to be full or read-only; only the system's administrator can have one.
package final class SmallDisk: Sendable {
  package let path: String

  /// nil where the system doesn't let this process mount anything.
  package init?() {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("disk-\(UUID().uuidString)").path
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard mount("tmpfs", path, "tmpfs", 0, "size=64k") == 0 else {
      try? FileManager.default.removeItem(atPath: path)
      return nil
    }
  }

  deinit {
    umount2(path, Int32(MNT_DETACH))
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Leaves about so many bytes free, in whole pages of 4 kB.
  package func fill(leaving free: Int) throws {
    try Data(repeating: 0, count: 65_536 - free).write(to: URL(fileURLWithPath: "\(path)/filling"))
  }

  package func makeReadOnly() -> Bool { mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0 }

  package static let isPossible = SmallDisk() != nil
  package static let reason = "only the administrator can mount a small disk"
}
