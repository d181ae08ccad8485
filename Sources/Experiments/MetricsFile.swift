import Foundation
import Glibc
import Support

/// One line of `metrics.jsonl`. Lines with a `mIoU` are evaluations; the others are means over the steps since the last.
public struct MetricsLine: Codable, Sendable, Equatable {
  public var step: Int
  /// Seconds since the run began.
  public var seconds: Double
  /// Reward queries so far.
  public var queries: Int
  public var loss: Double?
  public var reward: Double?
  public var learningRate: Float?
  public var gradientNorm: Double?
  public var mIoU: Double?
  public var pixelAccuracy: Double?

  public init(step: Int, seconds: Double, queries: Int) {
    (self.step, self.seconds, self.queries) = (step, seconds, queries)
  }
}

/// `metrics.jsonl`, appended to while a run goes on: one JSON object a line, each written whole.
public final class MetricsFile {
  private let path: String
  private let descriptor: Int32
  private var length: off_t = 0
  private let encoder = JSONEncoder()

  /// Starts an empty file.
  public init(path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw AtomicFile.failure(path, "create", errno) }
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  }

  deinit { close(descriptor) }

  /// - Throws: `InputError` where the system can't write (disk full); the lines before stay readable, and no part of
  ///   this one stays behind.
  public func append(_ line: MetricsLine) throws {
    var data = try encoder.encode(line)
    data.append(0x0A)
    let written = data.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    guard written == data.count else {
      let reason = written < 0 ? errno : ENOSPC
      ftruncate(descriptor, length)
      throw AtomicFile.failure(path, "write", reason)
    }
    length += off_t(written)
  }
}
