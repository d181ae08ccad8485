import Foundation
import Images
import Testing

/// What `make_goldens.py` wrote down about the files that it made.
struct Goldens: Decodable {
  struct File: Decodable {
    let width: Int
    let height: Int
    let channels: Int
    /// The sample that means 1.
    let maximum: Int
    /// The stored samples, `[H, W, C]`, with palettes looked up.
    let samples: [Int]
    /// The stored numbers, `[H, W]`, of files that can be label maps.
    let labels: [UInt8]?
  }

  struct Area: Decodable {
    let width: Int
    let height: Int
    let values: [Float]
    let newWidth: Int
    let newHeight: Int
    let expected: [Float]
  }

  let files: [String: File]
  let jpeg: [String: File]
  let area: [Area]

  static func load() throws -> Goldens {
    try JSONDecoder().decode(Goldens.self, from: Data(contentsOf: URL(fileURLWithPath: path("goldens.json"))))
  }

  /// Where a golden file is.
  static func path(_ name: String) -> String {
    Bundle.module.bundleURL.appendingPathComponent("Goldens").appendingPathComponent(name).path
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: path(name))))
  }
}

/// Runs `body` with a new folder, which is removed afterwards.
func inTemporaryFolder(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("images-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try body(folder)
}

/// Damaged copies of a file: cut off at every 97th byte (and one byte early), and with bytes changed by a fixed
/// sequence of a linear congruential generator (Numerical Recipes' constants; only variety matters here).
func damagedCopies(of bytes: [UInt8], changed rounds: Int) -> (cut: [[UInt8]], changed: [[UInt8]]) {
  let ends = Array(stride(from: 0, to: bytes.count, by: 97)) + [bytes.count - 1]
  var state: UInt32 = 1
  func next(_ bound: Int) -> Int {
    state = state &* 1_664_525 &+ 1_013_904_223
    return Int(state >> 8) % bound
  }
  let changed = (0..<rounds).map { _ in
    var copy = bytes
    for _ in 0...next(3) { copy[next(copy.count)] ^= UInt8(1 + next(255)) }
    return copy
  }
  return (ends.map { Array(bytes.prefix($0)) }, changed)
}
