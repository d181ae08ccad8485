import Foundation
import TestSupport
import Testing

@testable import Records

@Suite struct MetricsFileTests {
  private func line(_ step: Int) -> MetricsLine {
    var line = MetricsLine(step: step, seconds: 0.125 * Double(step), queries: 16 * step)
    (line.loss, line.learningRate, line.gradientNorm) = (1 / Double(step), 0.002, 3.5)
    if step % 3 == 0 { (line.mIoU, line.pixelAccuracy) = (0.5, 0.75) }
    return line
  }

  @Test func linesComeBack() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/metrics.jsonl"
    let file = try MetricsFile(path: path)
    #expect(try metricsLines(path).isEmpty)
    for step in 1...20 {
      try file.append(line(step))
      #expect(try metricsLines(path) == (1...step).map(line))
    }
  }

  @Test func anEarlierRunsLinesAreDropped() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/metrics.jsonl"
    try folder.write("old\n", to: "metrics.jsonl")
    try MetricsFile(path: path).append(line(1))
    #expect(try metricsLines(path) == [line(1)])
  }

  /// Lines after the kept ones are dropped, also a half-written one; the file goes on from there.
  @Test func goesOnAfterTheKeptLines() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/metrics.jsonl"
    var lengths = [0]
    do {
      let file = try MetricsFile(path: path)
      for step in 1...4 {
        try file.append(line(step))
        lengths.append(file.length)
      }
      try file.sync()
    }
    let whole = try #require(FileManager.default.contents(atPath: path))
    #expect(lengths.last == whole.count)
    for kept in 0...4 {
      try folder.write(whole + Data("{\"step\":5,\"sec".utf8), to: "metrics.jsonl")
      let file = try MetricsFile(path: path, keeping: lengths[kept])
      #expect(try metricsLines(path) == (1...4).prefix(kept).map(line))
      try file.append(line(9))
      #expect(try metricsLines(path) == (1...4).prefix(kept).map(line) + [line(9)])
    }
  }

  @Test func lostLines() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/metrics.jsonl"
    try folder.write("{}\n", to: "metrics.jsonl")
    let error = inputError { try MetricsFile(path: path, keeping: 4) }
    #expect(error.subject == path && error.found == "3 bytes" && error.advice.contains("--overwrite"))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "{}\n")
  }

  @Test func aMissingFolder() {
    #expect(inputError { try MetricsFile(path: "/nonexistent/metrics.jsonl") }.subject == "/nonexistent/metrics.jsonl")
  }

  @Test(.enabled(if: SmallDisk.isPossible, Comment(rawValue: SmallDisk.reason)))
  func aFullDiskLeavesWholeLines() throws {
    let disk = try #require(SmallDisk())
    try disk.fill(leaving: 8192)
    let path = "\(disk.path)/metrics.jsonl"
    let file = try MetricsFile(path: path)
    var written = 0
    let error = inputError {
      for step in 1...1000 {
        try file.append(line(step))
        written = step
      }
    }
    #expect(error.subject == path && error.found.contains("No space left on device"))
    #expect(written > 10 && written < 200)
    #expect(try metricsLines(path) == (1...written).map(line))
    // The next attempt fails alike, and with space again the file goes on where it was.
    _ = inputError { for step in 1...3 { try file.append(line(step)) } }
    #expect(try metricsLines(path).count >= written)
    let kept = try metricsLines(path).count
    try FileManager.default.removeItem(atPath: "\(disk.path)/filling")
    try file.append(line(7))
    #expect(try metricsLines(path).count == kept + 1)
  }

  @Test(.enabled(if: SmallDisk.isPossible, Comment(rawValue: SmallDisk.reason)))
  func aReadOnlyDisk() throws {
    let disk = try #require(SmallDisk())
    #expect(disk.makeReadOnly())
    #expect(inputError { try MetricsFile(path: "\(disk.path)/metrics.jsonl") }.found.contains("Read-only file system"))
  }
}
