import Foundation
import Metrics
import Support

/// `paper/records/validation-images.json`: what other validation images of the same kind would change, estimated once for a few
/// runs by drawing the split's images anew. Intervals over seeds don't say it, since all seeds share one split.
///
/// `rss check images` writes it.
package struct ValidationImages: Codable, Sendable, Equatable {
  package struct Finding: Codable, Sendable, Equatable {
    package var row: String
    package var seed: UInt64
    /// The split, and its contents.
    package var data: String
    package var fingerprint: String
    /// Of this run, over the images: bootstrap intervals.
    package var mIoU: Interval
    /// Over the mIoU of the run of cross-entropy of the same seed and steps, paired by image; nil for cross-entropy itself and where there
    /// is no such run.
    package var ratio: Interval?

    package init(row: String, seed: UInt64, data: String, fingerprint: String, mIoU: Interval, ratio: Interval?) {
      (self.row, self.seed, self.data, self.fingerprint) = (row, seed, data, fingerprint)
      (self.mIoU, self.ratio) = (mIoU, ratio)
    }
  }

  package var findings: [Finding]

  package init(_ findings: [Finding] = []) { self.findings = findings }

  package static let fileName = "validation-images.json"

  /// Reads the file in a folder of records; none is no finding.
  ///
  /// - Throws: `InputError` that names the file: not ours, or a number that can't be.
  package init(inRecords folder: String) throws {
    let path = "\(folder)/\(Self.fileName)"
    guard FileManager.default.fileExists(atPath: path) else {
      self.init()
      return
    }
    guard let data = FileManager.default.contents(atPath: path),
      let read = try? JSONDecoder().decode(Self.self, from: data)
    else {
      throw InputError(
        path, found: "something else", expected: "what rss check images writes",
        advice: "Make it anew, or take it from the repository.")
    }
    let check = FieldCheck(file: path)
    for (i, finding) in read.findings.enumerated() {
      try check.share(finding.mIoU.mean, "findings[\(i)].mIoU.mean")
      try check.count(finding.mIoU.count, "findings[\(i)].mIoU.count", from: 1)
      try check.finite(finding.ratio?.mean, "findings[\(i)].ratio.mean")
    }
    self = read
  }

  package func write(to path: String) throws {
    try AtomicFile.write(CanonicalJSON.encode(self, layout: .pretty, of: path) + Data("\n".utf8), to: path)
  }
}
