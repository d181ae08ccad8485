import Foundation
import Images
import Support
import Testing

@testable import Rewards

/// Programs are shell scripts of a line or two: what they answer doesn't depend on what they are asked.
@Suite struct RewardSessionTests {
  private static let greeting = #"read -r q; echo '{"protocol": 1}'; "#
  private let sampled = ActionMaps(
    sampling: 2, from: randomTensor([2, 2, 3, 3], seed: 6), void: VoidMask(count: 12, isVoid: false),
    seed: 1, step: 2)
  private let hello = RewardHello(classes: ["a", "b", "c"], width: 3, height: 2, channels: 1, maps: 2, batch: 2)

  private func subjects(frame: Image? = nil) -> [RewardSession.Subject] {
    ["left", "right"].enumerated().map { index, name in
      RewardSession.Subject(name: name, index: index, size: (3, 2), origin: (0, 0), frame: frame)
    }
  }

  private func session(_ script: String, seconds: Double = 20) throws -> RewardSession {
    try RewardSession(try RewardProgram(command: script, timeoutSeconds: seconds), hello: hello)
  }

  private func rewards(_ answer: String) throws -> ImageRewards {
    let session = try session("\(Self.greeting)read -r q; echo '\(answer)'; read -r q")
    defer { session.end(grace: .milliseconds(20)) }
    return try session.rewards(of: sampled.items(subjects()), step: 4)
  }

  private func refusal(_ answer: String) -> InputError {
    let error = #expect(throws: InputError.self) { try rewards(answer) }
    #expect(error?.advice.contains("paper/reward-protocol.md") == true || error?.advice.contains("Mend") == true)
    return error ?? InputError("", found: "", expected: "", advice: "")
  }

  @Test func rewardsComeImageByImage() throws {
    let rewards = try rewards(#"{"step": 4, "rewards": [[0.25, 1], [-3e2, 0.1]]}"#)
    #expect(rewards == ImageRewards(images: 2, maps: 2, values: [0.25, 1, -300, 0.1]))
  }

  @Test func garbage() {
    let error = refusal("hello")
    #expect(error.subject.hasSuffix(", step 4 (images left, right)") && error.found == "`hello`")
    #expect(error.expected.contains(#"{"step": 4, "rewards": 2 lists of 2 numbers"#))
    #expect(refusal("").found == "``")
    #expect(refusal(#"{"step": 4}"#).found == #"`{"step": 4}`"#)
    #expect(refusal(#"{"step": 4, "rewards": [1, 2]}"#).found.hasPrefix("`"))
  }

  @Test func wrongCounts() {
    #expect(refusal(#"{"step": 4, "rewards": [[1, 1]]}"#).found == "1 lists of rewards")
    let few = refusal(#"{"step": 4, "rewards": [[1, 1], [1]]}"#)
    #expect(few.subject.hasSuffix("step 4, image right") && few.found == "1 rewards" && few.expected.hasPrefix("2, "))
    #expect(refusal(#"{"step": 4, "rewards": [[1, 1, 1], [1, 1]]}"#).found == "3 rewards")
  }

  @Test func anotherStep() {
    #expect(refusal(#"{"step": 3, "rewards": [[1, 1], [1, 1]]}"#).found == "an answer for step 3")
  }

  @Test func noNumbers() {
    let null = refusal(#"{"step": 4, "rewards": [[1, 1], [1, null]]}"#)
    #expect(null.subject.hasSuffix("step 4, image right, mask 1") && null.found == "null")
    #expect(refusal(#"{"step": 4, "rewards": [["1", 1], [1, 1]]}"#).found == "the text `1`")
    #expect(refusal(#"{"step": 4, "rewards": [[1, NaN], [1, 1]]}"#).found.contains("NaN or Infinity can't be in JSON"))
    #expect(refusal(#"{"step": 4, "rewards": [[1, Infinity], [1, 1]]}"#).found.contains("can't be in JSON"))
    let huge = refusal(#"{"step": 4, "rewards": [[1, 1e12], [1, 1]]}"#)
    #expect(huge.subject.hasSuffix("image left, mask 1") && huge.found == "the reward 1000000000000.0")
  }

  @Test func tooManyLines() throws {
    let answer = #"{"step": 4, "rewards": [[1, 1], [1, 1]]}"#
    let session = try session("\(Self.greeting)read -r q; printf '\(answer)\\nand more\\n'; read -r q")
    defer { session.end(grace: .milliseconds(20)) }
    let error = #expect(throws: InputError.self) { try session.rewards(of: sampled.items(subjects()), step: 4) }
    #expect(error?.found == "more than one line, the second of them `and more`")
  }

  /// A line that comes late is taken for the next step's answer, and refused as such.
  @Test func aLateSecondLine() throws {
    let answer = #"{"step": 4, "rewards": [[1, 1], [1, 1]]}"#
    let session = try session("\(Self.greeting)for i in 1 2; do read -r q; echo '\(answer)'; done; read -r q")
    defer { session.end(grace: .milliseconds(20)) }
    _ = try session.rewards(of: sampled.items(subjects()), step: 4)
    let error = #expect(throws: InputError.self) { try session.rewards(of: sampled.items(subjects()), step: 5) }
    #expect(error?.found == "an answer for step 4")
  }

  @Test func silenceAndEarlyExit() throws {
    let silent = try session("\(Self.greeting)cat > /dev/null", seconds: 0.3)
    defer { silent.end(grace: .milliseconds(20)) }
    let late = #expect(throws: InputError.self) { try silent.rewards(of: sampled.items(subjects()), step: 9) }
    #expect(late?.subject.contains("step 9") == true && late?.found == "no answer within 0.3 s")
    #expect(late?.advice.contains("--reward-timeout") == true)
    let gone = try session("\(Self.greeting)read -r q; echo 'no label for left' >&2; exit 4")
    let ended = #expect(throws: InputError.self) { try gone.rewards(of: sampled.items(subjects()), step: 0) }
    #expect(
      ended?.found == "its end with exit status 4; the end of its standard error: `no label for left`",
      "\(ended as Any)")
  }

  @Test func badGreetings() {
    func refusal(_ script: String) -> String {
      let error = #expect(throws: InputError.self) { try session(script, seconds: 0.5) }
      #expect(error?.subject.hasSuffix("its greeting") == true && error?.expected.contains(#""protocol": 1"#) == true)
      return error?.found ?? ""
    }
    #expect(refusal(#"read -r q; echo '{"protocol": 2}'; read -r q"#) == "version 2 of the protocol")
    #expect(refusal("read -r q; echo ready; read -r q") == "`ready`")
    #expect(refusal("exit 0") == "its end with exit status 0")
    #expect(refusal("no-such-command-of-ours").hasPrefix("its end with exit status 127"))
    #expect(refusal("cat > /dev/null") == "no answer within 0.5 s")
  }

  /// The program writes what it was asked to a file.
  @Test(arguments: [false, true]) func theQuestionHoldsMapsAndPixelsWhereWanted(pixels: Bool) throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("asked-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let answer = #"{"step": 0, "rewards": [[1, 2], [3, 4]]}"#
    let session = try session(
      "read -r q; echo '{\"protocol\": 1, \"pixels\": \(pixels)}'; read -r q; printf %s \"$q\" > '\(file)'; "
        + "echo '\(answer)'; read -r q")
    #expect(session.wantsPixels == pixels)
    let frame = Image(width: 3, height: 2, channels: 1, values: [0, 0.5, 1, 2, -1, .nan])
    _ = try session.rewards(of: sampled.items(subjects(frame: pixels ? frame : nil)), step: 0)
    session.end()
    let asked = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file))) as? [String: Any]
    let images = try #require(asked?["images"] as? [[String: Any]])
    #expect(asked?["step"] as? Int == 0 && images.map { $0["name"] as? String } == ["left", "right"])
    for (n, image) in images.enumerated() {
      let masks = Data(base64Encoded: try #require(image["masks"] as? String))
      #expect(masks == Data(sampled.map(0, ofImage: n) + sampled.map(1, ofImage: n)))
      let sent = (image["pixels"] as? String).flatMap { Data(base64Encoded: $0) }
      #expect(sent == (pixels ? Data([0, 128, 255, 255, 0, 0]) : nil))
    }
  }
}
