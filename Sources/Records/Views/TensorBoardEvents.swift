import Foundation
import Support

/// A run's curve as an event file of TensorBoard: records of TFRecord framing around `Event` messages.
///
/// Source of the fields' numbers: tensorboard's `event.proto` (wall_time 1, step 2, file_version 3, summary 5) and
/// `summary.proto` (value 1; in it tag 1 and simple_value 2).
package struct TensorBoardEvents: Sendable {
  package private(set) var data = Foundation.Data()

  /// - Parameter start: when the run began, in seconds since 1970.
  package init(_ lines: [MetricsLine], start: Double) {
    append(Self.event(seconds: start, step: 0) { $0.text(3, "brain.Event:2") })
    for line in lines {
      let values: [(tag: String, value: Double?)] = [
        ("train/loss", line.loss), ("train/reward", line.reward),
        ("train/learning_rate", line.learningRate.map(Double.init)),
        ("train/gradient_norm", line.gradientNorm), ("validation/mIoU", line.mIoU),
        ("validation/pixel_accuracy", line.pixelAccuracy),
        ("reward_queries", line.mIoU == nil ? nil : Double(line.queries)),
      ]
      for (tag, value) in values {
        guard let value else { continue }
        append(
          Self.event(seconds: start + line.seconds, step: line.step) { event in
            event.message(5) { summary in
              summary.message(1) { scalar in
                scalar.text(1, tag)
                scalar.float(2, Float(value))
              }
            }
          })
      }
    }
  }

  /// Writes a run's events under the name that TensorBoard looks for, and gives the path.
  ///
  /// - Parameter output: nil is the run's own folder.
  /// - Throws: `InputError` where the folder isn't a run, or can't be written.
  package static func export(run folder: String, to output: String?) throws -> (path: String, warnings: [String]) {
    let view = try RunView(folder: folder)
    let last = view.reading.lines.last?.seconds ?? 0
    let ended = view.record.flatMap { try? Date($0.provenance.date, strategy: .iso8601) }?.timeIntervalSince1970
    let start = (ended ?? modified("\(folder)/metrics.jsonl")) - last
    let target = output ?? folder
    try Folder.make(target, advice: "Name another one with --out.")
    // Records' times are in range; a date may be anything that is one.
    let path = "\(target)/events.out.tfevents.\(Int(exactly: start.rounded(.down)) ?? 0).rss"
    try AtomicFile.write(TensorBoardEvents(view.reading.lines, start: start).data, to: path)
    return (path, view.reading.warnings)
  }

  private static func modified(_ path: String) -> Double {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
  }

  private static func event(seconds: Double, step: Int, _ more: (inout ProtocolBuffer) -> Void) -> [UInt8] {
    var event = ProtocolBuffer()
    event.double(1, seconds)
    event.integer(2, step)
    more(&event)
    return event.bytes
  }

  /// A record: its length, the checksum of that, the bytes, their checksum.
  private mutating func append(_ bytes: [UInt8]) {
    let length = littleEndian(UInt64(bytes.count))
    data.append(contentsOf: length + littleEndian(CRC32C.masked(length)))
    data.append(contentsOf: bytes + littleEndian(CRC32C.masked(bytes)))
  }
}

private func littleEndian<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
  (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
}
