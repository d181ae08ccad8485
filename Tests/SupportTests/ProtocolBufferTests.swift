import Testing

@testable import Support

/// Held to the examples of protobuf.dev/programming-guides/encoding and to the definition.
@Suite struct ProtocolBufferTests {
  private func bytes(_ fill: (inout ProtocolBuffer) -> Void) -> [UInt8] {
    var buffer = ProtocolBuffer()
    fill(&buffer)
    return buffer.bytes
  }

  @Test func numbers() {
    #expect(bytes { $0.integer(1, 0) } == [0x08, 0])
    #expect(bytes { $0.integer(1, 127) } == [0x08, 0x7F])
    #expect(bytes { $0.integer(1, 150) } == [0x08, 0x96, 0x01])
    #expect(bytes { $0.integer(16, 1) } == [0x80, 0x01, 1])
    // All 64 bits of a negative number, seven at a time.
    #expect(bytes { $0.integer(1, -2) } == [0x08, 0xFE] + [UInt8](repeating: 0xFF, count: 8) + [0x01])
    #expect(bytes { $0.float(1, 1) } == [0x0D, 0, 0, 0x80, 0x3F])
    #expect(bytes { $0.double(2, -2) } == [0x11, 0, 0, 0, 0, 0, 0, 0, 0xC0])
  }

  @Test func blocks() {
    #expect(bytes { $0.text(2, "testing") } == [0x12, 0x07] + Array("testing".utf8))
    #expect(bytes { $0.text(2, "") } == [0x12, 0])
    #expect(bytes { $0.text(2, "é") } == [0x12, 2, 0xC3, 0xA9])
    #expect(bytes { $0.message(3) { $0.integer(1, 150) } } == [0x1A, 0x03, 0x08, 0x96, 0x01])
    #expect(bytes { $0.message(3) { _ in } } == [0x1A, 0])
    // A length of two bytes.
    #expect(bytes { $0.text(1, String(repeating: "a", count: 300)) }.prefix(3) == [0x0A, 0xAC, 0x02])
  }
}
