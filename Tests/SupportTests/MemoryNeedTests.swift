import Foundation
import Testing

@testable import Support

@Suite struct MemoryNeedTests {
  @Test func theLargestPartIsNamed() throws {
    var need = MemoryNeed()
    need.add("maps", 3, 1_000_000_000)
    need.add("rewards", 6_000_000_000)
    #expect(need.bytes == 9_000_000_000)
    try need.require(of: "a step", available: 9_000_000_000, advice: "")
    try need.require(of: "a step", available: nil, advice: "")
    let error = #expect(throws: InputError.self) {
      try need.require(of: "a step", available: 8_000_000_000, advice: "Lower maps.")
    }
    #expect(error?.found == "a need of about 9.0 GB, most of it (6.0 GB) for rewards")
    #expect(error?.expected.hasPrefix("at most 8.0 GB") == true && error?.advice == "Lower maps.")
  }

  @Test func whatCanNotBeCountedIsTooMuch() throws {
    var need = MemoryNeed()
    need.add("a", Int.max, 2)
    need.add("b", Int.max)
    #expect(need.bytes == Int.max)
    #expect(throws: InputError.self) { try need.require(of: "a step", available: 1 << 40, advice: "") }
  }
}

@Suite struct AvailableMemoryTests {
  @Test func theMachineSays() {
    #expect(AvailableMemory.inMachine("MemTotal: 9 kB\nMemAvailable:   23717276 kB\n") == 23_717_276 << 10)
    #expect(AvailableMemory.inMachine("") == nil && AvailableMemory.inMachine("MemAvailable:\n") == nil)
  }

  /// Version 2: the least of what this group and those around it leave; "max" is no limit.
  @Test func controlGroups() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("groups-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: root) }
    func group(_ path: String, _ files: [String: String]) throws {
      try Folder.make("\(root)/\(path)", advice: "")
      for (name, text) in files { try AtomicFile.write(Data(text.utf8), to: "\(root)/\(path)/\(name)") }
    }
    try group("a", ["memory.max": "1000\n", "memory.stat": "anon 300\nfile 600\n"])
    try group("a/b", ["memory.max": "max\n", "memory.stat": "anon 100\n"])
    try group("memory", ["memory.limit_in_bytes": "500\n", "memory.stat": "cache 1\ntotal_rss 450\n"])
    #expect(AvailableMemory.inControlGroups("0::/a/b\n", root: root) == 700)
    #expect(AvailableMemory.inControlGroups("0::/\n", root: root) == nil)
    #expect(AvailableMemory.inControlGroups("4:memory:/not/mounted/here\n3:cpu:/a\n", root: root) == 50)
    #expect(AvailableMemory.inControlGroups("", root: root) == nil)
  }

  @Test func thisProcessHasSome() throws {
    #expect(try #require(AvailableMemory.bytes) > 1 << 20)
  }
}
