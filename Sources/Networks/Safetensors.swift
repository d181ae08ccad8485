import Foundation
import Support
import Tensors

/// Reading and writing the safetensors format (huggingface/safetensors: 8 bytes of header length, a JSON header, data).
///
/// Written files are canonical: tensors in the order of their names, the header padded to 8 bytes, so the same tensors
/// give the same bytes. Read are F32 (as `Tensor`) and U8; other types are named in the error.
public struct Safetensors: Equatable {
  public struct Bytes: Equatable, Sendable {
    public let shape: [Int]
    public let values: [UInt8]
    public init(shape: [Int], values: [UInt8]) { (self.shape, self.values) = (shape, values) }
  }

  public var tensors: [String: Tensor]
  public var bytes: [String: Bytes]
  public var metadata: [String: String]

  public init(tensors: [String: Tensor] = [:], bytes: [String: Bytes] = [:], metadata: [String: String] = [:]) {
    (self.tensors, self.bytes, self.metadata) = (tensors, bytes, metadata)
  }
}

extension Safetensors {
  private struct Entry: Codable {
    var dtype: String
    var shape: [Int]
    // swift-format-ignore: AlwaysUseLowerCamelCase
    var data_offsets: [Int]
  }

  /// - Throws: `InputError` that names the file where it can't be written.
  public func write(to path: String) throws { try AtomicFile.write(encoded(), to: path) }

  public func encoded() throws -> Data {
    let names = (Array(tensors.keys) + Array(bytes.keys)).sorted()
    var fields: [String] = []
    if !metadata.isEmpty {
      fields.append(
        "\"__metadata__\":" + String(decoding: try CanonicalJSON.encode(metadata, of: "metadata"), as: UTF8.self))
    }
    var payload = Data()
    for name in names {
      let start = payload.count
      let entry: Entry
      if let tensor = tensors[name] {
        tensor.withScalars { payload.append(UnsafeBufferPointer(start: $0, count: tensor.count)) }
        entry = Entry(dtype: "F32", shape: tensor.shape, data_offsets: [start, payload.count])
      } else if let block = bytes[name] {
        payload.append(contentsOf: block.values)
        entry = Entry(dtype: "U8", shape: block.shape, data_offsets: [start, payload.count])
      } else {
        continue
      }
      let key = String(decoding: try CanonicalJSON.encode(name, of: name), as: UTF8.self)
      fields.append(key + ":" + String(decoding: try CanonicalJSON.encode(entry, of: name), as: UTF8.self))
    }
    var header = Data("{\(fields.joined(separator: ","))}".utf8)
    header.append(Data(repeating: 0x20, count: (8 - header.count % 8) % 8))
    var file = Data(withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) })
    file.append(header)
    file.append(payload)
    return file
  }

  /// - Throws: `InputError` that names the file and what is wrong with it: unreadable, truncated, a header that isn't
  ///   JSON, offsets outside the file, a size that doesn't fit the shape, a type that isn't F32 or U8, tensors that
  ///   overlap, bytes of no tensor.
  public init(contentsOf path: String) throws {
    let advice = "Name a checkpoint.safetensors of a finished or interrupted run, or run the training again."
    func wrong(_ found: String, _ expected: String = "a safetensors file") -> InputError {
      InputError(path, found: found, expected: expected, advice: advice)
    }
    let file = Data(try FileBytes.read(path, expected: "a safetensors file", advice: advice))
    guard file.count >= 8 else { throw wrong("\(file.count) bytes", "at least 8 bytes of header length") }
    let length = file.prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
    guard length <= 100_000_000, Int(length) <= file.count - 8 else {
      throw wrong("a header of \(length) bytes in a file of \(file.count)", "a header that the file holds")
    }
    let start = 8 + Int(length)
    let header = file.subdata(in: 8..<start)
    guard let object = try? JSONSerialization.jsonObject(with: header) as? [String: Any] else {
      throw wrong("a header that isn't JSON")
    }
    self.init()
    var ranges: [Range<Int>] = []
    for (name, value) in object {
      if name == "__metadata__" {
        metadata = value as? [String: String] ?? [:]
        continue
      }
      guard let fields = value as? [String: Any], let type = fields["dtype"] as? String,
        let shape = fields["shape"] as? [Int], let offsets = fields["data_offsets"] as? [Int], offsets.count == 2,
        shape.allSatisfy({ $0 >= 0 }), offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= file.count - start
      else {
        throw wrong("tensor \(name) with a bad description, or data past the end of the file", "whole tensors")
      }
      var elements = 1
      for dimension in shape {
        let (product, overflow) = elements.multipliedReportingOverflow(by: dimension)
        guard !overflow else { throw wrong("tensor \(name) of shape \(shape)", "a shape that fits in memory") }
        elements = product
      }
      ranges.append(offsets[0]..<offsets[1])
      let data = file.subdata(in: start + offsets[0]..<start + offsets[1])
      switch type {
      case "F32":
        guard data.count % 4 == 0, data.count / 4 == elements else {
          throw wrong("\(data.count) bytes for tensor \(name) of shape \(shape)", "4 bytes for each scalar")
        }
        var tensor = Tensor(uninitialized: shape)
        tensor.withMutableScalars { target in
          data.withUnsafeBytes { UnsafeMutableRawBufferPointer(start: target, count: data.count).copyMemory(from: $0) }
        }
        tensors[name] = tensor
      case "U8":
        guard data.count == elements else {
          throw wrong("\(data.count) bytes for tensor \(name) of shape \(shape)", "1 byte for each scalar")
        }
        bytes[name] = Bytes(shape: shape, values: Array(data))
      default:
        throw wrong("tensor \(name) of type \(type)", "F32 or U8")
      }
    }
    var end = 0
    for range in ranges.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
      guard range.lowerBound == end else { throw wrong("tensors that overlap or leave bytes between them") }
      end = range.upperBound
    }
    guard end == file.count - start else { throw wrong("\(file.count - start - end) bytes that belong to no tensor") }
  }
}
