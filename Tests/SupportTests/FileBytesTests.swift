import Foundation
import Support
import Testing

@Suite struct FileBytesTests {
  private func failure(_ path: String) -> String? {
    #expect(throws: InputError.self) { try FileBytes.read(path, expected: "a file", advice: "Look.") }?.found
  }

  @Test func everyReasonIsNamed() {
    #expect(failure("/nowhere/at/all") == "no such file")
    #expect(failure("/dev/null/under-a-device") == "no such file")
    #expect(failure("/") == "a folder, not a file")
    #expect(failure("/dev/null") == "something that is not a regular file")
    // It exists, but its first page can't be read.
    #expect(failure("/proc/self/mem")?.hasPrefix("a file that can't be read (") == true)
  }

  /// A sparse file of 5 GB takes no room on the disk and would take as much memory as it says.
  @Test func memoryIsNotTakenForAFileThatIsTooLarge() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("sparse-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    #expect(truncate(path, 5_000_000_000) == 0)
    #expect(failure(path) == "a file of 5000000000 bytes")
  }

  @Test func wholeFilesAreRead() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("bytes-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    for count in [0, 1, 100_000] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
      try AtomicFile.write(Data(bytes), to: path)
      #expect(try FileBytes.read(path, expected: "", advice: "") == bytes)
    }
    // The system says that this file has 0 bytes.
    #expect(try !FileBytes.read("/proc/self/status", expected: "", advice: "").isEmpty)
  }

  @Test func aFolderThatCanNotBeMadeIsNamed() {
    let error = #expect(throws: InputError.self) {
      try Folder.make("/dev/null/under-a-device", advice: "Name another.")
    }
    #expect(error?.subject == "/dev/null/under-a-device" && error?.advice == "Name another.")
    #expect(error?.found.hasPrefix("a folder that can't be made (") == true)
  }
}
