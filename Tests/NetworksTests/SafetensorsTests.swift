import Foundation
import Support
import Tensors
import Testing

@testable import Networks

@Suite struct SafetensorsTests {
  private let example = Safetensors(
    tensors: [
      "b": Tensor([1, -2.5, .greatestFiniteMagnitude, 0, .leastNonzeroMagnitude, 6], shape: [2, 3]),
      "a": Tensor([7], shape: []),
      "empty": Tensor(zeros: [0, 4]),
    ],
    bytes: ["ä \"quoted\" / name": .init(shape: [3], values: [0, 128, 255])], metadata: ["step": "12", "": "é\n"])

  /// Writes the bytes to a file, reads it, and removes it.
  private func read(_ data: Data) throws -> Safetensors {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("rss-\(UUID().uuidString).safetensors")
    try data.write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try Safetensors(contentsOf: url.path)
  }

  /// A file with this header and this many bytes of data.
  private func file(_ header: String, data: Int = 0) -> Data {
    let text = Data(header.utf8)
    return Data(withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) }) + text
      + Data(repeating: 0, count: data)
  }

  private func expectComplaint(_ data: Data, _ about: String = "", sourceLocation: SourceLocation = #_sourceLocation) {
    do {
      _ = try read(data)
      Issue.record("nothing was thrown: \(about)", sourceLocation: sourceLocation)
    } catch let error as InputError {
      #expect(error.subject.hasSuffix(".safetensors"), sourceLocation: sourceLocation)
      #expect(about.isEmpty || error.found.contains(about), "\(error)", sourceLocation: sourceLocation)
    } catch {
      Issue.record("not an InputError: \(error)", sourceLocation: sourceLocation)
    }
  }

  @Test func roundTrip() throws {
    #expect(try read(try example.encoded()) == example)
    #expect(try read(try Safetensors().encoded()) == Safetensors())
  }

  @Test func sameTensorsSameBytes() throws {
    var reordered = Safetensors(metadata: ["": "é\n", "step": "12"])
    for name in example.tensors.keys.sorted().reversed() { reordered.tensors[name] = example.tensors[name] }
    reordered.bytes = example.bytes
    #expect(try reordered.encoded() == example.encoded())
    #expect(try read(try example.encoded()).encoded() == example.encoded())
  }

  /// The format wants the header's length to end on 8 bytes, tensors without gaps, and little-endian floats.
  @Test func layout() throws {
    let data = try Safetensors(tensors: ["w": Tensor([1, 2], shape: [2])]).encoded()
    let header = #"{"w":{"data_offsets":[0,8],"dtype":"F32","shape":[2]}}"#
    #expect(data[0] == 56 && data[1..<8].allSatisfy { $0 == 0 })
    #expect(String(decoding: data[8..<64], as: UTF8.self) == header.padding(toLength: 56, withPad: " ", startingAt: 0))
    #expect(Array(data[64...]) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])
  }

  /// benchmarks/pytorch/make_safetensors_golden.py wrote it with the reference library.
  @Test func readsWhatPythonWrote() throws {
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let golden = try Safetensors(contentsOf: "\(repository.path)/benchmarks/pytorch/goldens/tiny.safetensors")
    #expect(
      golden
        == Safetensors(
          tensors: [
            "encoder.0.convolution.weight": Tensor((0..<12).map { Float($0) / 4 }, shape: [2, 1, 2, 3]),
            "head.bias": Tensor([-1.5, 0, 3.0e-8], shape: [3]),
          ], bytes: ["labels": .init(shape: [2, 3], values: [0, 1, 2, 10, 254, 255])],
          metadata: ["made-by": "benchmarks/pytorch/make_safetensors_golden.py"]))
  }

  @Test func truncatedAnywhere() throws {
    let data = try example.encoded()
    for length in 0..<data.count { expectComplaint(data.prefix(length)) }
  }

  /// Whatever a damaged byte does, it is either read as something or complained about.
  @Test func anyDamagedByte() throws {
    let data = try example.encoded()
    for position in data.indices {
      for damage in [0x01, 0x02, 0x10, 0x80, 0xFF] as [UInt8] {
        var damaged = data
        damaged[position] ^= damage
        do { _ = try read(damaged) } catch { #expect(error is InputError, "byte \(position): \(error)") }
      }
    }
  }

  @Test(arguments: [1, 1 << 20, 100_000_001, UInt64(Int64.max), UInt64(Int64.max) + 1, .max - 8, .max])
  func aHeaderLongerThanTheFile(length: UInt64) {
    expectComplaint(Data(withUnsafeBytes(of: length.littleEndian) { Array($0) }), "header of \(length) bytes")
  }

  @Test(arguments: ["", " ", "not JSON", "[]", "null", "3", #"{"w":"#, "\u{0}", #"{"w":NaN}"#])
  func aHeaderThatIsNoObject(header: String) { expectComplaint(file(header), "JSON") }

  @Test func aHeaderNestedWithoutEnd() { expectComplaint(file(String(repeating: "[", count: 100_000)), "JSON") }

  @Test(arguments: [
    #"3"#, #"[]"#, #"null"#, #"{}"#, #"{"dtype":"F32","shape":[1]}"#, #"{"dtype":"F32","data_offsets":[0,4]}"#,
    #"{"dtype":7,"shape":[1],"data_offsets":[0,4]}"#, #"{"dtype":"F32","shape":1,"data_offsets":[0,4]}"#,
    #"{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}"#, #"{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}"#,
    #"{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}"#, #"{"dtype":"F32","shape":[1],"data_offsets":[0]}"#,
    #"{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}"#, #"{"dtype":"F32","shape":[1],"data_offsets":[4,0]}"#,
    #"{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}"#, #"{"dtype":"F32","shape":[1],"data_offsets":[4,8]}"#,
    #"{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}"#,
    #"{"dtype":"F32","shape":[1],"data_offsets":[0,18446744073709551616]}"#,
    #"{"dtype":"F32","shape":[1e300],"data_offsets":[0,4]}"#, #"{"dtype":"F32","shape":[2],"data_offsets":[0,4]}"#,
    #"{"dtype":"F32","shape":[1],"data_offsets":[0,3]}"#, #"{"dtype":"U8","shape":[1],"data_offsets":[0,4]}"#,
    #"{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,4]}"#,
    #"{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}"#,
  ])
  func aTensorBadlyDescribed(entry: String) { expectComplaint(file("{\"w\":\(entry)}", data: 4), "tensor w") }

  @Test(arguments: ["F16", "BF16", "F64", "I64", "BOOL", "f32", ""]) func anotherType(type: String) {
    expectComplaint(file(#"{"w":{"dtype":"\#(type)","shape":[1],"data_offsets":[0,4]}}"#, data: 4), "type \(type)")
  }

  @Test(arguments: [[0, 4, 0, 4], [0, 4, 2, 6], [0, 8, 4, 8]]) func tensorsThatOverlap(offsets: [Int]) {
    let entries = [("v", offsets[0], offsets[1]), ("w", offsets[2], offsets[3])].map {
      #""\#($0)":{"dtype":"U8","shape":[\#($2 - $1)],"data_offsets":[\#($1),\#($2)]}"#
    }
    expectComplaint(file("{\(entries.joined(separator: ","))}", data: 8), "overlap")
  }

  @Test func bytesThatBelongToNoTensor() {
    let entry = #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    expectComplaint(file(entry, data: 5), "1 bytes")
    expectComplaint(file(#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, data: 8), "between")
  }

  /// 12 entries of the same 4 MB: copied, they would be 48.
  @Test func anOverlapIsSeenBeforeDataIsCopied() throws {
    let entries = (0..<12).map { #""\#($0)":{"dtype":"F32","shape":[1048576],"data_offsets":[0,4194304]}"# }
    let before = BufferPool.shared.statistics.bytes
    expectComplaint(file("{\(entries.joined(separator: ","))}", data: 4 << 20), "overlap")
    #expect(BufferPool.shared.statistics.bytes - before < 4 << 20)
  }

  @Test func aHeaderIsBounded() throws {
    let header = #"{"__metadata__":{"":"\#(String(repeating: "x", count: SafetensorsFile.longestHeader))"}}"#
    expectComplaint(file(header), "a header of \(header.utf8.count) bytes")
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity, .signalingNaN]) func aNumberThatIsNotFinite(number: Float) throws
  {
    for place in [0, 1, 36] {
      var values = [Float](repeating: 1, count: 37)
      values[place] = number
      let file = Safetensors(tensors: ["fine": Tensor([1], shape: [1]), "w": Tensor(values, shape: [37])])
      expectComplaint(try file.encoded(), "NaN or infinity in tensor w")
    }
  }

  @Test func noFileAndAFolder() throws {
    let missing = FileManager.default.temporaryDirectory.appendingPathComponent("rss-\(UUID().uuidString)").path
    let error = #expect(throws: InputError.self) { try Safetensors(contentsOf: missing) }
    #expect(error?.subject == missing && error?.found == "no such file")
    let folder = FileManager.default.temporaryDirectory.path
    #expect(throws: InputError.self) { try Safetensors(contentsOf: folder) }
    #expect(throws: InputError.self) { try Safetensors().write(to: "\(missing)/folder/file.safetensors") }
  }
}
