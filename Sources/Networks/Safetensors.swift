import Foundation
import Support
import Tensors

/// Reading and writing the safetensors format (huggingface/safetensors: 8 bytes of header length, a JSON header, data).
///
/// Written files are canonical: tensors in the order of their names, the header padded to 8 bytes, so the same tensors
/// give the same bytes. Read are F32 (as `Tensor`, finite numbers only) and U8; other types are named in the error.
package struct Safetensors: Equatable {
  package struct Bytes: Equatable, Sendable {
    package let shape: [Int]
    package let values: [UInt8]
    package init(shape: [Int], values: [UInt8]) { (self.shape, self.values) = (shape, values) }
  }

  package var tensors: [String: Tensor]
  package var bytes: [String: Bytes]
  package var metadata: [String: String]

  package init(tensors: [String: Tensor] = [:], bytes: [String: Bytes] = [:], metadata: [String: String] = [:]) {
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
  package func write(to path: String) throws { try AtomicFile.write(encoded(), to: path) }

  package func encoded() throws -> Data {
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

  /// - Throws: `InputError` as `SafetensorsFile` does, and for a tensor with NaN or infinity, which it names.
  package init(contentsOf path: String) throws { try self.init(SafetensorsFile(path)) }

  /// The tensors of a file whose header has been looked at.
  ///
  /// - Parameter names: of those that are wanted; nil is all.
  /// - Throws: `InputError` that names a tensor with a number that isn't finite: the state of training that diverged, or
  ///   a damaged file, whose results would look like results; and one of a type that isn't read.
  package init(_ file: SafetensorsFile, only names: Set<String>? = nil) throws {
    self.init(metadata: file.metadata)
    for (name, entry) in file.entries where names?.contains(name) ?? true {
      switch entry.kind {
      case .byte: bytes[name] = Bytes(shape: entry.shape, values: Array(file.bytes[entry.range]))
      case .float32:
        var tensor = Tensor(uninitialized: entry.shape)
        withPointers(writing: &tensor, reading: file.bytes) { target, source in
          UnsafeMutableRawPointer(target).copyMemory(
            from: source + entry.range.lowerBound, byteCount: entry.range.count)
        }
        guard tensor.isFinite else {
          throw InputError(
            file.path, found: "NaN or infinity in tensor \(name)", expected: "finite numbers",
            advice: "Its training has diverged or the file is damaged: train again, with a lower learning rate.")
        }
        tensors[name] = tensor
      default:
        throw InputError(
          file.path, found: "tensor \(name) of type \(entry.kind.rawValue)", expected: "F32",
          advice: "Save the weights in single precision.")
      }
    }
  }
}

extension Tensor {
  /// Whether no scalar is NaN or infinite. One pass over the memory.
  var isFinite: Bool {
    // All bits of the exponent are set in NaN and infinity alone. Bits and not numbers, so that the loop is vectors.
    let exponent: UInt32 = 0x7F80_0000
    return withScalars { scalars in
      var wrong: UInt32 = 0
      for i in 0..<count { wrong |= scalars[i].bitPattern & exponent == exponent ? 1 : 0 }
      return wrong == 0
    }
  }
}
