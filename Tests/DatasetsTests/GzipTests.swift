import Foundation
import Support
import Testing

@testable import Datasets

@Suite struct GzipTests {
  private func decompress(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    try folder.write(bytes, to: "a.gz")
    return try Gzip.read("\(folder.path)/a.gz", expected: "a test's file", advice: "Look.", limit: limit)
  }

  private let content = (0..<50_000).map { UInt8($0 * $0 % 251) }

  @Test func emptyContent() throws { #expect(try decompress(gzip([])) == []) }

  @Test func roundTrip() throws { #expect(try decompress(gzip(content)) == content) }

  @Test func highlyCompressedContentGrowsTheBuffer() throws {
    let zeros = [UInt8](repeating: 0, count: 1 << 20)
    #expect(try decompress(gzip(zeros)) == zeros)
  }

  @Test func membersFollowEachOther() throws {
    #expect(try decompress(gzip([1, 2]) + gzip([3]) + [0, 0]) == [1, 2, 3])
  }

  @Test(arguments: [18, 200]) func truncation(length: Int) {
    let error = inputError { try decompress(Array(gzip(content).prefix(length))) }
    #expect(error.subject.hasSuffix("a.gz") && error.found.contains("too early"))
  }

  /// zlib would hand over as it is what doesn't begin as gzip.
  @Test func plainBytesAreRefused() {
    for bytes in [[], [31], [1, 2, 3], content] {
      #expect(inputError { try decompress(bytes) }.found.contains("no valid gzip"))
    }
    #expect(throws: InputError.self) { try decompress(Array(gzip(content).prefix(12))) }
  }

  @Test func aMissingFileIsNamed() {
    let error = inputError { try Gzip.read("/nowhere/a.gz", expected: "x", advice: "Install it.", limit: 1) }
    #expect(error.found == "no such file" && error.advice == "Install it.")
  }

  @Test func missingTrailer() {
    #expect(inputError { try decompress(gzip(content).dropLast(3)) }.found.contains("too early"))
  }

  @Test func everyDamagedByteIsNoticed() {
    let whole = gzip([5, 6, 7, 8, 9])
    for position in [0, 1, 2] + Array(10..<whole.count) {
      var damaged = whole
      damaged[position] ^= 0x55
      #expect(throws: InputError.self, "byte \(position)") { try decompress(damaged) }
    }
  }

  /// As gzip itself does.
  @Test func whatFollowsTheLastMemberIsIgnored() throws {
    #expect(try decompress(gzip(content) + [1, 2, 3]) == content)
  }

  @Test func theLimitIsTheLargestSizeAccepted() throws {
    #expect(try decompress(gzip(content), limit: content.count) == content)
    let error = inputError { try decompress(gzip(content), limit: content.count - 1) }
    #expect(error.found.contains("more than \(content.count - 1) bytes"))
  }
}
