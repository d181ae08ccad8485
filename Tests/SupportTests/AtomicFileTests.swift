import Foundation
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
