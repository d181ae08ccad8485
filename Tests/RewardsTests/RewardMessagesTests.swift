import Foundation
import Randomness
import Testing

@testable import Rewards

@Suite struct RewardMessagesTests {
  @Test func theGreetingIsAsDescribed() throws {
    let hello = RewardHello(classes: ["sky", "a\"b"], width: 40, height: 24, channels: 3, maps: 8, batch: 2)
    #expect(
      String(decoding: try RewardMessages.line(hello), as: UTF8.self)
        == #"{"batch":2,"channels":3,"classes":["sky","a\"b"],"height":24,"maps":8,"protocol":1,"type":"hello","width":40}"#
    )
  }

  @Test func aQuestionIsAsDescribed() throws {
    let question = RewardQuestion(
      step: 7,
      images: [
        .init(
          name: "a/b", index: 3, size: [2, 1], origin: [-1, 0], masks: Data([0, 1, 255, 255, 254]), pixels: Data([9]))
      ])
    #expect(
      String(decoding: try RewardMessages.line(question), as: UTF8.self)
        == #"{"images":[{"index":3,"masks":"AAH///4=","name":"a/b","origin":[-1,0],"pixels":"CQ==","size":[2,1]}],"#
        + #""step":7,"type":"score"}"#)
  }

  @Test func whatStandsInANumbersPlace() throws {
    let line = #"{"step": 1, "rewards": [[0.5, null, "x", true, [1], {}, -3, 1e-7]]}"#
    let answer = try JSONDecoder().decode(RewardAnswer.self, from: Data(line.utf8))
    let found = try #require(answer.rewards.first).map { reward in
      switch reward {
      case .number(let value): "\(value)"
      case .other(let text): text
      }
    }
    #expect(found == ["0.5", "null", "the text `x`", "no number", "no number", "no number", "-3.0", "1e-07"])
  }

  /// Rewards come back with all their bits from the shortest text that tells a double from its neighbours: what
  /// Python's repr and Swift's description write.
  @Test func everyBitOfANumberSurvives() throws {
    var random = RandomStream(seed: 1, purpose: .scenes)
    let values = (0..<2000).map { _ in
      Double(random.integer(below: 1 << 20)) / Double(1 + random.integer(below: 1 << 20))
    }
    let line = #"{"step":0,"rewards":[[\#(values.map(\.description).joined(separator: ","))]]}"#
    let answer = try JSONDecoder().decode(RewardAnswer.self, from: Data(line.utf8))
    for (reward, value) in zip(try #require(answer.rewards.first), values) {
      guard case .number(let found) = reward else {
        Issue.record("no number")
        continue
      }
      #expect(found.bitPattern == value.bitPattern)
    }
  }
}
