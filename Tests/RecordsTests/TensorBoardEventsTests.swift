import Foundation
import TestSupport
import Testing

@testable import Records

@Suite struct TensorBoardEventsTests {
  /// Reads the framing back: lengths, and that every checksum is right.
  private func records(_ data: Data) throws -> [[UInt8]] {
    var rest = [UInt8](data)[...]
    func take(_ count: Int) throws -> [UInt8] {
      try #require(rest.count >= count)
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    func number(_ bytes: [UInt8]) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    var found: [[UInt8]] = []
    while !rest.isEmpty {
      let length = try take(8)
      #expect(try number(take(4)) == UInt64(CRC32C.masked(length)))
      let bytes = try take(Int(number(length)))
      #expect(try number(take(4)) == UInt64(CRC32C.masked(bytes)))
      found.append(bytes)
    }
    return found
  }

  @Test func emptyAndOneLine() throws {
    let empty = try records(TensorBoardEvents([], start: 0).data)
    #expect(empty.count == 1 && String(decoding: empty[0], as: UTF8.self).contains("brain.Event:2"))
    var line = MetricsLine(step: 300, seconds: 0.5, queries: 7)
    (line.mIoU, line.pixelAccuracy) = (0.5, 0.25)
    let events = try records(TensorBoardEvents([line], start: 1.5).data)
    #expect(events.count == 4)
    // wall_time 2.0; step 300; summary { value { tag: "validation/mIoU" simple_value: 0.5 } }
    let tag = Array("validation/mIoU".utf8)
    let value = [0x0A, UInt8(tag.count)] + tag + [0x15, 0, 0, 0, 0x3F]
    let summary = [0x0A, UInt8(value.count)] + value
    #expect(events[1] == [0x09, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x10, 0xAC, 0x02, 0x2A, UInt8(summary.count)] + summary)
  }

  @Test func exportOfARun() throws {
    let folder = try TemporaryFolder()
    try folder.write("{\"mIoU\":0.5,\"queries\":0,\"seconds\":2,\"step\":500}\n", to: "metrics.jsonl")
    try syntheticRecord(.fashion32Image, seed: 7, mIoU: 0.5).write(to: "\(folder.path)/run.json")
    let (path, warnings) = try TensorBoardEvents.export(run: folder.path, to: "\(folder.path)/out")
    // The record's date is the run's end, two seconds after its beginning.
    #expect(path == "\(folder.path)/out/events.out.tfevents.1735689598.rss" && warnings.isEmpty)
    #expect(FileManager.default.fileExists(atPath: path))
  }
}
