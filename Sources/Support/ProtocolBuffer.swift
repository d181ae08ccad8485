/// The wire format of protocol buffers (protobuf.dev/programming-guides/encoding), as far as writing needs it: fields one
/// after another, each with its number and its kind.
///
/// Not swift-protobuf: for the dozen messages that we write, of TensorBoard's and ONNX's formats, it would take thousands
/// of lines of generated code and a package.
package struct ProtocolBuffer {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// A varint. Of a repeated field each number is a field of its own, which every reader takes, whether or not it expects
  /// them packed.
  package mutating func integer(_ field: Int, _ value: Int) {
    key(field, 0)
    number(UInt64(bitPattern: Int64(value)))
  }

  package mutating func double(_ field: Int, _ value: Double) {
    key(field, 1)
    fixed(value.bitPattern)
  }

  package mutating func float(_ field: Int, _ value: Float) {
    key(field, 5)
    fixed(value.bitPattern)
  }

  package mutating func text(_ field: Int, _ value: String) {
    Array(value.utf8).withUnsafeBytes { block(field, $0) }
  }

  package mutating func block(_ field: Int, _ value: UnsafeRawBufferPointer) {
    key(field, 2)
    number(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  /// A message within this one.
  package mutating func message(_ field: Int, _ fill: (inout ProtocolBuffer) throws -> Void) rethrows {
    var inner = ProtocolBuffer()
    try fill(&inner)
    inner.bytes.withUnsafeBytes { block(field, $0) }
  }

  private mutating func key(_ field: Int, _ kind: UInt64) { number(UInt64(field) << 3 | kind) }

  private mutating func number(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func fixed(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }
}
