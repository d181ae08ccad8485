import Foundation
import Glibc
import TestSupport
import Testing

@testable import Runs

@Suite struct RunFolderLockTests {
  @Test func aSecondOneIsRefusedUntilTheFirstIsGone() throws {
    let folder = try TemporaryFolder()
    var first: RunFolderLock? = try RunFolderLock(folder.path)
    withExtendedLifetime(first) {
      let holder = RunFolderLock.holder(of: folder.path) ?? ""
      #expect(holder.hasPrefix("process \(getpid()) on "))
      #expect(throws: RunInUse(folder: folder.path, holder: holder)) { try RunFolderLock(folder.path) }
    }
    first = nil
    #expect(RunFolderLock.holder(of: folder.path) == nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    _ = try RunFolderLock(folder.path)
  }

  /// A file that a killed process left is no lock, whatever it says.
  @Test func aFileThatWasLeftBehind() throws {
    let folder = try TemporaryFolder()
    for text in ["", "1\n", "123456789012345678901234567890123456789"] {
      try folder.write(text, to: "lock")
      #expect(RunFolderLock.holder(of: folder.path) == nil)
      try withExtendedLifetime(RunFolderLock(folder.path)) {
        let text = try String(contentsOfFile: "\(folder.path)/lock", encoding: .utf8)
        #expect(text.hasPrefix("\(getpid()) ") && text.hasSuffix("\n"))
      }
    }
  }

  /// Held by something that hasn't written its number yet.
  @Test func anotherDescriptorHoldsIt() throws {
    let folder = try TemporaryFolder()
    let descriptor = open("\(folder.path)/lock", O_RDWR | O_CREAT, 0o644)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    #expect(throws: RunInUse(folder: folder.path, holder: "process (starting)")) { try RunFolderLock(folder.path) }
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/lock"))
  }

  /// The one who waits on a name that its holder removes must not end with a lock on a file without a name: from many
  /// threads at once, never two hold it.
  @Test func manyAtOnce() async throws {
    let folder = try TemporaryFolder()
    let inside = Counter()
    let taken = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          var taken = 0
          for _ in 0..<500 {
            guard let lock = try? RunFolderLock(folder.path) else { continue }
            withExtendedLifetime(lock) {
              if inside.enter() != 1 { Issue.record("two hold the lock") }
              taken += 1
              inside.leave()
            }
          }
          return taken
        }
      }
      return await group.reduce(0, +)
    }
    #expect(taken > 0)
  }

  private final class Counter: @unchecked Sendable {  // guarded by its lock
    private let lock = NSLock()
    private var count = 0
    func enter() -> Int {
      lock.withLock {
        count += 1; return count
      }
    }
    func leave() { lock.withLock { count -= 1 } }
  }

  @Test func noFolder() {
    #expect(inputError { try RunFolderLock("/nonexistent") }.subject == "/nonexistent/lock")
  }
}
