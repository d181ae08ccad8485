import Foundation
import Glibc
import Support
import Testing

@Test func aWrittenFileHoldsItsBytes() throws {
  try inTemporaryFolder { folder in
    let path = "\(folder)/a.bin"
    for bytes in [Data(), Data([1, 2, 3]), Data(repeating: 7, count: 1 << 20), Data([4])] {
      try AtomicFile.write(bytes, to: path)
      #expect(FileManager.default.contents(atPath: path) == bytes)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.bin"])
  }
}

@Test func aMissingFolderIsNamed() throws {
  try inTemporaryFolder { folder in
    let path = "\(folder)/missing/a.bin"
    let error = #expect(throws: InputError.self) { try AtomicFile.write(Data([1]), to: path) }
    #expect(error?.subject == path)
    #expect(error?.found.contains("No such file or directory") == true)
  }
}

/// A folder can't be renamed over: the write fails, and leaves neither a part of a file nor harm.
@Test func aFailedWriteLeavesNothingBehind() throws {
  try inTemporaryFolder { folder in
    let path = "\(folder)/taken"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(throws: InputError.self) { try AtomicFile.write(Data([1]), to: path) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["taken"])
  }
}

/// While a file is written again and again, a reader sees one of the whole contents, never a mixture or a part.
@Test func aReaderNeverSeesAPart() async throws {
  let folder = try makeTemporaryFolder()
  defer { try? FileManager.default.removeItem(atPath: folder) }
  let path = "\(folder)/a.bin"
  let contents = (0..<4).map { Data(repeating: $0, count: 50_000 * (Int($0) + 1)) }
  try AtomicFile.write(contents[0], to: path)
  let writer = Task.detached {
    for round in 0..<100 { try AtomicFile.write(contents[round % 4], to: path) }
  }
  for _ in 0..<500 {
    let seen = try #require(FileManager.default.contents(atPath: path))
    #expect(contents.contains(seen))
  }
  try await writer.value
}

/// A device, as `--mask /dev/null` names one, isn't replaced by a file, whoever asks.
@Test func aDeviceIsWrittenThrough() throws {
  try inTemporaryFolder { folder in
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "/dev/null")
    try AtomicFile.write(Data([1, 2, 3]), to: "\(folder)/link")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["link"])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/link") == "/dev/null")
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }
}

@Test func aPipeIsWrittenThrough() async throws {
  let folder = try makeTemporaryFolder()
  defer { try? FileManager.default.removeItem(atPath: folder) }
  let path = "\(folder)/pipe"
  #expect(mkfifo(path, 0o600) == 0)
  let reader = Task.detached { try FileHandle(forReadingFrom: URL(fileURLWithPath: path)).readToEnd() ?? Data() }
  try AtomicFile.write(Data([1, 2, 3]), to: path)
  #expect(try await reader.value == Data([1, 2, 3]))
  #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["pipe"])
}

@Test func whatALinkLeadsToIsReplacedAndNotTheLink() throws {
  try inTemporaryFolder { folder in
    try FileManager.default.createDirectory(atPath: "\(folder)/a", withIntermediateDirectories: false)
    let link = "\(folder)/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "a/file")
    for bytes in [Data([1]), Data([2, 3])] {  // the first time the link leads nowhere
      try AtomicFile.write(bytes, to: link)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "a/file")
      #expect(FileManager.default.contents(atPath: "\(folder)/a/file") == bytes)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/a") == ["file"])
  }
}

private func makeTemporaryFolder() throws -> String {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("support-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  return path
}

private func inTemporaryFolder(_ body: (String) throws -> Void) throws {
  let folder = try makeTemporaryFolder()
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try body(folder)
}
