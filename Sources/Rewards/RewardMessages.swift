import Foundation
import Support

/// The lines between a run and its reward program: one JSON object each. paper/reward-protocol.md is their description
/// for those who write such a program.
enum RewardMessages {
  /// Raised whenever a program written for the earlier one could misunderstand.
  static let version = 1

  /// Bytes of the longest greeting: its two fields, and room for what else a program says of itself.
  static let longestGreeting = 1 << 16

  /// Bytes of the longest answer with so many rewards. A number has at most 25 characters (`-1.7976931348623157e+308`
  /// has 24); 64 leave room for separators, spaces and needless digits, and 4096 for the rest.
  static func longestAnswer(rewards: Int) -> Int { 64 * rewards + 4096 }

  /// Both ends speak one JSON object a line; equal messages are equal bytes.
  static func line(_ message: some Encodable) throws -> Data {
    try CanonicalJSON.encode(message, of: "a reward program's question")  // byte strings become base64
  }
}

/// The first line to the program: what the run is about.
package struct RewardHello: Encodable, Sendable {
  let type = "hello"
  let `protocol` = RewardMessages.version
  /// Of the masks: a class's id is its place here.
  let classes: [String]
  /// Of every mask, in pixels.
  let width: Int
  let height: Int
  /// Of the pixels, where they are sent.
  let channels: Int
  /// Masks for each image.
  let maps: Int
  /// Images in each question.
  let batch: Int

  package init(classes: [String], width: Int, height: Int, channels: Int, maps: Int, batch: Int) {
    (self.classes, self.width, self.height) = (classes, width, height)
    (self.channels, self.maps, self.batch) = (channels, maps, batch)
  }
}

/// The program's answer to `RewardHello`.
struct RewardGreeting: Decodable {
  let `protocol`: Int
  /// Whether it wants the images' pixels; without the key it doesn't.
  let pixels: Bool?
}

/// What one step asks.
package struct RewardQuestion: Encodable {
  let type = "score"
  /// From 0.
  let step: Int
  let images: [Item]

  package struct Item: Codable {
    let name: String
    /// The image's place in the training split.
    let index: Int
    /// The whole image's width and height.
    let size: [Int]
    /// The column and row of the image that a mask's first pixel lies on; negative where the image is padded.
    let origin: [Int]
    /// M masks, one after the other, each height x width class ids from the top row on.
    let masks: Data
    /// height x width x channels bytes, 0 to 255, where the program asked for them.
    let pixels: Data?
  }
}

/// The program's answer to a `RewardQuestion`.
package struct RewardAnswer: Decodable {
  let step: Int
  /// For each image in the question's order, a number for each of its masks.
  let rewards: [[Reward]]

  package init(line: Data) throws { self = try JSONDecoder().decode(Self.self, from: line) }

  /// A number, or what stands in its place.
  enum Reward: Decodable {
    case number(Double)
    case other(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if container.decodeNil() {
        self = .other("null")
      } else if let text = try? container.decode(String.self) {
        self = .other("the text `\(text)`")
      } else {
        self = .other("no number")
      }
    }
  }
}
