import Foundation
import Support
import Testing

@testable import Datasets

@Suite struct GzipTests {
  private func decompress(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> [UInt8] {
    try Gzip.decompress(bytes, path: "a.gz", limit: limit)
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

  @Test(arguments: [0, 1, 17, 18, 200]) func truncation(length: Int) {
    let error = inputError { try decompress(Array(gzip(content).prefix(length))) }
    #expect(error.subject == "a.gz" && error.found.contains("too early"))
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

  @Test func trailingGarbage() {
    #expect(throws: InputError.self) { try decompress(gzip(content) + [1, 2, 3]) }
  }

  @Test func theLimitIsTheLargestSizeAccepted() throws {
    #expect(try decompress(gzip(content), limit: content.count) == content)
    let error = inputError { try decompress(gzip(content), limit: content.count - 1) }
    #expect(error.found.contains("more than \(content.count - 1) bytes"))
  }
}
