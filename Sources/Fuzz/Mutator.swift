import Randomness

/// Makes damaged inputs from whole ones: mostly near to a whole one, because what is quickly refused tests little.
struct Mutator {
  private var random: RandomStream

  /// The same numbers give the same inputs.
  init(seed: UInt64, target: UInt32) { random = RandomStream(seed: seed, purpose: .split, step: target) }

  /// Numbers at which readers count wrong.
  private static let words = [
    "-1", "0", "1", "255", "256", "2147483647", "2147483648", "9223372036854775807", "18446744073709551616", "1e19",
    "1e308", "-1e999", "0.5", "NaN", "null", "{}", "[]", "\"\"", "\u{1B}[2J", "\u{202E}", "\u{0}", "\n",
  ].map { Array($0.utf8) }

  /// One to eight changes to one of the seeds.
  mutating func input(from seeds: [[UInt8]]) -> [UInt8] {
    var bytes = seeds[random.integer(below: seeds.count)]
    for _ in 0...random.integer(below: 8) { change(&bytes, other: seeds[random.integer(below: seeds.count)]) }
    if bytes.starts(with: pngSignature), random.integer(below: 2) == 0 { mendChecksums(&bytes) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8], other: [UInt8]) {
    let place = random.integer(below: bytes.count + 1)
    let length = 1 + random.integer(below: 16)
    let end = min(place + length, bytes.count)
    switch random.integer(below: 9) {
    case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.integer(below: 8))
    case 1 where place < bytes.count: bytes[place] = UInt8(random.integer(below: 256))
    case 2 where place < bytes.count: bytes[place] = [0, 0x7F, 0x80, 0xFF][random.integer(below: 4)]
    case 3: bytes.removeSubrange(place..<end)
    case 4: bytes.insert(contentsOf: (0..<length).map { _ in UInt8(random.integer(below: 256)) }, at: place)
    case 5: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 6: bytes.removeSubrange(place...)
    case 7:
      let from = random.integer(below: other.count + 1)
      bytes.replaceSubrange(place..<end, with: other[from..<min(from + length, other.count)])
    default: replaceNumber(&bytes, near: place)
    }
  }

  /// Puts another number in the place of the next one.
  private mutating func replaceNumber(_ bytes: inout [UInt8], near place: Int) {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    let start = bytes[place...].firstIndex(where: digits.contains) ?? place
    let end = bytes[start...].firstIndex { !digits.contains($0) } ?? bytes.count
    bytes.replaceSubrange(start..<end, with: Self.words[random.integer(below: Self.words.count)])
  }
}

private let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47]

/// Makes a PNG's checksums right again, so that its damage gets past them.
private func mendChecksums(_ bytes: inout [UInt8]) {
  var place = 8
  while place + 12 <= bytes.count {
    let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - place - 12 else { return }
    let body = place + 4..<place + 8 + length
    let sum = ~bytes[body].reduce(~0 as UInt32) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    for i in 0..<4 { bytes[body.upperBound + i] = UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * i)) }
    place = body.upperBound + 4
  }
}
