import Testing

/// A message of protocol buffers taken apart: its fields' values by their numbers, in their order.
///
/// Independent of the writer: from the description of the format alone.
struct WireMessage {
  enum Value {
    case integer(UInt64)
    case bytes(ArraySlice<UInt8>)
    case bits(UInt64)
  }

  private(set) var fields: [Int: [Value]] = [:]

  /// - Throws: where the bytes aren't a message.
  init(_ bytes: ArraySlice<UInt8>) throws {
    var rest = bytes
    func varint() throws -> UInt64 {
      var (value, shift) = (UInt64(0), UInt64(0))
      while true {
        let byte = try #require(rest.first)
        rest = rest.dropFirst()
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
        shift += 7
        try #require(shift < 64)
      }
    }
    func take(_ count: Int) throws -> ArraySlice<UInt8> {
      try #require(count <= rest.count)
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count)
    }
    func fixed(_ count: Int) throws -> UInt64 { try take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    while !rest.isEmpty {
      let key = try varint()
      let value: Value
      switch key & 7 {
      case 0: value = .integer(try varint())
      case 1: value = .bits(try fixed(8))
      case 2: value = .bytes(try take(Int(try varint())))
      case 5: value = .bits(try fixed(4))
      default:
        Issue.record("a field of kind \(key & 7)")
        return
      }
      fields[Int(key >> 3), default: []].append(value)
    }
  }

  func integers(_ field: Int) -> [Int] {
    (fields[field] ?? []).compactMap { if case .integer(let value) = $0 { Int(Int64(bitPattern: value)) } else { nil } }
  }

  func blocks(_ field: Int) -> [ArraySlice<UInt8>] {
    (fields[field] ?? []).compactMap { if case .bytes(let value) = $0 { value } else { nil } }
  }

  func messages(_ field: Int) throws -> [WireMessage] { try blocks(field).map { try WireMessage($0) } }
  func texts(_ field: Int) -> [String] { blocks(field).map { String(decoding: $0, as: UTF8.self) } }
  func text(_ field: Int) -> String { texts(field).first ?? "" }

  func float(_ field: Int) -> Float? {
    guard case .bits(let bits)? = fields[field]?.first else { return nil }
    return Float(bitPattern: UInt32(truncatingIfNeeded: bits))
  }
}
