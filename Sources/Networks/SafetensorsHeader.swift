import Foundation
import Support

/// A safetensors file of which only the header has been looked at: names, types, shapes and places of its tensors are
/// known and fit together and the file, and none has been copied. So what a file promises is refused before memory is
/// taken for it.
package struct SafetensorsFile {
  struct Entry {
    /// What is read, and what may lie beside it in a file of another library.
    enum Kind: String {
      case float32 = "F32", byte = "U8"
      case float64 = "F64", float16 = "F16", brain16 = "BF16", int64 = "I64", int32 = "I32", int16 = "I16", int8 = "I8"
      case boolean = "BOOL"

      var isRead: Bool { self == .float32 || self == .byte }
      /// Of one scalar.
      var bytes: Int {
        switch self {
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .float16, .brain16, .int16: 2
        case .byte, .int8, .boolean: 1
        }
      }
    }
    var kind: Kind
    var shape: [Int]
    /// In `bytes`.
    var range: Range<Int>
  }

  package let path: String
  package let metadata: [String: String]
  let entries: [String: Entry]
  let bytes: [UInt8]

  /// The longest header: a network of a thousand tensors and its optimizer's state have 0.4 MB, and as JSON in memory a
  /// header is some sixty times as large.
  static let longestHeader = 1 << 22

  /// Name and shape of every tensor.
  package var shapes: [String: [Int]] { entries.mapValues(\.shape) }

  /// - Throws: `InputError` that names the file and what is wrong with it: unreadable, truncated, a header that is too
  ///   long or isn't JSON, offsets outside the file, a size that doesn't fit the shape, a type that isn't F32 or U8,
  ///   tensors that overlap, bytes of no tensor.
  /// - Parameter otherTypes: whether tensors of other types may be there, of another library; they are never read.
  package init(_ path: String, otherTypes: Bool = false) throws {
    self.path = path
    bytes = try FileBytes.read(path, expected: "a safetensors file", advice: safetensorsAdvice)
    func wrong(_ found: String, _ expected: String = "a safetensors file") -> InputError {
      InputError(path, found: found, expected: expected, advice: safetensorsAdvice)
    }
    guard bytes.count >= 8 else { throw wrong("\(bytes.count) bytes", "at least 8 bytes of header length") }
    let length = bytes[..<8].enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
    guard length <= bytes.count - 8 else {
      throw wrong("a header of \(length) bytes in a file of \(bytes.count)", "a header that the file holds")
    }
    guard length <= Self.longestHeader else {
      throw wrong("a header of \(length) bytes", "at most \(Self.longestHeader) bytes of names and shapes")
    }
    let start = 8 + Int(length)
    guard let object = try? JSONSerialization.jsonObject(with: Data(bytes[8..<start])) as? [String: Any] else {
      throw wrong("a header that isn't JSON")
    }
    var metadata: [String: String] = [:]
    var entries: [String: Entry] = [:]
    for (name, value) in object {
      if name == "__metadata__" {
        metadata = value as? [String: String] ?? [:]
      } else {
        entries[name] = try Self.entry(name, value, otherTypes, from: start, to: bytes.count, wrong)
      }
    }
    (self.metadata, self.entries) = (metadata, entries)
    var end = start
    for range in entries.values.map(\.range).sorted(by: {
      ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
    }) {
      guard range.lowerBound == end else { throw wrong("tensors that overlap or leave bytes between them") }
      end = range.upperBound
    }
    guard end == bytes.count else { throw wrong("\(bytes.count - end) bytes that belong to no tensor") }
  }

  private static func entry(
    _ name: String, _ value: Any, _ otherTypes: Bool, from start: Int, to end: Int,
    _ wrong: (_ found: String, _ expected: String) -> InputError
  ) throws -> Entry {
    guard let fields = value as? [String: Any], let type = fields["dtype"] as? String,
      let shape = fields["shape"] as? [Int], let offsets = fields["data_offsets"] as? [Int], offsets.count == 2,
      shape.allSatisfy({ $0 >= 0 }), offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= end - start
    else { throw wrong("tensor \(name) with a bad description, or data past the end of the file", "whole tensors") }
    guard let kind = Entry.Kind(rawValue: type), otherTypes || kind.isRead else {
      throw wrong("tensor \(name) of type \(type)", "F32 or U8")
    }
    var size = kind.bytes
    for dimension in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
      guard !overflow else { throw wrong("tensor \(name) of shape \(shape)", "a shape that fits in memory") }
      size = product
    }
    guard offsets[1] - offsets[0] == size else {
      throw wrong(
        "\(offsets[1] - offsets[0]) bytes for tensor \(name) of shape \(shape)",
        "\(kind.bytes == 1 ? "1 byte" : "\(kind.bytes) bytes") for each scalar")
    }
    return Entry(kind: kind, shape: shape, range: start + offsets[0]..<start + offsets[1])
  }

  /// Whether a network can be loaded from the file, from the header alone.
  ///
  /// - Parameter expected: name and shape of each of the network's tensors; the file may have others besides.
  /// - Throws: `InputError` that names the first tensor, in order, which is missing or has another shape.
  package func require(_ expected: [String: [Int]]) throws {
    try requireTensors(expected, in: shapes, of: path)
  }
}

/// What to do about a file that is no whole checkpoint.
let safetensorsAdvice = "Name a checkpoint.safetensors of a finished or interrupted run, or run the training again."

/// - Throws: `InputError` that names the first tensor, in order, which is missing or has another shape.
func requireTensors(_ expected: [String: [Int]], in found: [String: [Int]], of subject: String) throws {
  for (name, shape) in expected.sorted(by: { $0.key < $1.key }) {
    guard let other = found[name] else {
      throw InputError(
        subject, found: "no tensor \(name)", expected: "every tensor of the network",
        advice: "Use a checkpoint of the same kind of network.")
    }
    guard other == shape else {
      throw InputError(
        subject, found: "\(name) of shape \(other)", expected: "\(shape)",
        advice: "The checkpoint has another width, or other channels or classes; name the row it was trained with.")
    }
  }
}
