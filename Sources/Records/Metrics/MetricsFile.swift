import Foundation
import Glibc
import Support

/// One line of `metrics.jsonl`. Lines with a `mIoU` are evaluations; the others are means over the steps since the last.
package struct MetricsLine: Codable, Sendable, Equatable {
  package var step: Int
  /// Seconds since the run began.
  package var seconds: Double
  /// Reward queries so far.
  package var queries: Int
  package var loss: Double?
  package var reward: Double?
  package var learningRate: Float?
  package var gradientNorm: Double?
  package var mIoU: Double?
  package var pixelAccuracy: Double?

  package init(step: Int, seconds: Double, queries: Int) {
    (self.step, self.seconds, self.queries) = (step, seconds, queries)
  }
}

/// `metrics.jsonl`, appended to while a run goes on: one JSON object a line, each written whole.
package final class MetricsFile {
  private let path: String
  private let descriptor: Int32
  /// Bytes of all lines.
  package private(set) var length: Int

  /// Starts an empty file, or goes on after the first `length` bytes of an earlier one and drops the rest: lines of steps
  /// that will be done again, the last perhaps half-written.
  ///
  /// - Throws: `InputError` that names the file: it can't be written, or it is shorter than that.
  package init(path: String, keeping length: Int = 0) throws {
    (self.path, self.length) = (path, length)
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw AtomicFile.failure(path, "create", errno) }
    let found = Int(lseek(descriptor, 0, SEEK_END))
    guard found >= length else {
      throw InputError(
        path, found: "\(found) bytes", expected: "at least the \(length) that resume.safetensors was written after",
        advice: "The lines are lost: --overwrite starts over.")
    }
    guard ftruncate(descriptor, off_t(length)) == 0 else { throw AtomicFile.failure(path, "shorten", errno) }
  }

  deinit { close(descriptor) }

  /// - Throws: `InputError` where the system can't write (disk full); the lines before stay readable, and no part of
  ///   this one stays behind.
  package func append(_ line: MetricsLine) throws {
    var data = try CanonicalJSON.encode(line, of: path)
    data.append(0x0A)
    let written = data.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    guard written == data.count else {
      let reason = written < 0 ? errno : ENOSPC
      ftruncate(descriptor, off_t(length))
      throw AtomicFile.failure(path, "write", reason)
    }
    length += written
  }

  /// Makes the lines last, also should the machine stop.
  package func sync() throws {
    guard fsync(descriptor) == 0 else { throw AtomicFile.failure(path, "sync", errno) }
  }
}
