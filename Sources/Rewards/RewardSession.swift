import Foundation
import Images
import Support

/// One run's conversation with its reward program.
package final class RewardSession {
  /// An image of a batch as its reward program is told about it.
  package struct Subject: Sendable {
    /// What the data set calls it, and its place in the training split.
    package let name: String
    package let index: Int
    /// The whole image's width and height.
    package let size: (width: Int, height: Int)
    /// The column and row of the whole image that the frame's first pixel shows; negative where it is padded.
    package let origin: (x: Int, y: Int)
    /// The frame's pixels in 0...1, where the program wants them.
    package let frame: Image?

    package init(name: String, index: Int, size: (width: Int, height: Int), origin: (x: Int, y: Int), frame: Image?) {
      (self.name, self.index, self.size, self.origin, self.frame) = (name, index, size, origin, frame)
    }
  }

  /// Whether `Subject.frame` is to be given.
  package let wantsPixels: Bool
  private let source: RewardProgram
  private let program: LineProgram
  private let maps: Int

  /// Starts the program and greets it.
  ///
  /// - Throws: `InputError`: it can't be started, ends, is silent, speaks another version, or answers something else.
  package init(_ source: RewardProgram, hello: RewardHello) throws {
    let subject = "reward program `\(source.command)`, its greeting"
    let expected = #"one line {"protocol": \#(RewardMessages.version), "pixels": false or true}"#
    self.source = source
    maps = hello.maps
    let program = try Self.translating(subject, expected) { try LineProgram(command: source.command) }
    self.program = program
    let answer = try Self.translating(subject, expected) {
      try program.answer(
        to: try RewardMessages.line(hello), within: source.timeout, atMost: RewardMessages.longestGreeting)
    }
    guard let greeting = try? JSONDecoder().decode(RewardGreeting.self, from: answer) else {
      throw Self.problem(subject, "`\(LineProgram.excerpt(answer))`", expected)
    }
    guard greeting.protocol == RewardMessages.version else {
      throw Self.problem(subject, "version \(greeting.protocol) of the protocol", expected)
    }
    wantsPixels = greeting.pixels ?? false
  }

  /// Asks for the rewards of all maps of one step.
  ///
  /// - Parameter subjects: the images with their maps, of as many as the greeting says.
  /// - Throws: `InputError` that names the step, and the image and map where it is about one of them.
  package func rewards(of subjects: [RewardQuestion.Item], step: Int) throws -> ImageRewards {
    let question = RewardQuestion(step: step, images: subjects)
    let names = subjects.prefix(3).map(\.name).joined(separator: ", ") + (subjects.count > 3 ? ", …" : "")
    let subject = "reward program `\(source.command)`, step \(step) (images \(names))"
    let expected =
      #"one line {"step": \#(step), "rewards": \#(subjects.count) lists of \#(maps) numbers, one list for each image}"#
    let line = try Self.translating(subject, expected) {
      try program.answer(
        to: try RewardMessages.line(question), within: source.timeout,
        atMost: RewardMessages.longestAnswer(rewards: subjects.count * maps))
    }
    guard let answer = try? RewardAnswer(line: line) else {
      let hint = ["NaN", "Infinity"].contains { line.range(of: Data($0.utf8)) != nil }
      throw Self.problem(
        subject, "`\(LineProgram.excerpt(line))`\(hint ? ", where NaN or Infinity can't be in JSON" : "")", expected)
    }
    guard answer.step == step else { throw Self.problem(subject, "an answer for step \(answer.step)", expected) }
    guard answer.rewards.count == subjects.count else {
      throw Self.problem(subject, "\(answer.rewards.count) lists of rewards", expected)
    }
    let values = try zip(subjects, answer.rewards).flatMap { image, rewards in
      try numbers(rewards, of: "reward program `\(source.command)`, step \(step), image \(image.name)")
    }
    return ImageRewards(images: subjects.count, maps: maps, values: values)
  }

  /// The numbers of one image's masks.
  private func numbers(_ rewards: [RewardAnswer.Reward], of image: String) throws -> [Double] {
    guard rewards.count == maps else {
      throw Self.problem(image, "\(rewards.count) rewards", "\(maps), one for each mask")
    }
    return try rewards.enumerated().map { m, reward in
      switch reward {
      case .other(let found): throw Self.problem("\(image), mask \(m)", found, "a finite number")
      case .number(let value):
        try UsableReward.check(value, of: "\(image), mask \(m)")
        return value
      }
    }
  }

  /// Ends the program: `LineProgram.end`.
  package func end(grace: Duration = .seconds(2)) { program.end(grace: grace) }

  private static func translating<Result>(_ subject: String, _ expected: String, _ body: () throws -> Result) throws
    -> Result
  {
    do {
      return try body()
    } catch let failure as LineProgram.Failure {
      throw problem(subject, failure.found, expected)
    }
  }

  private static func problem(_ subject: String, _ found: String, _ expected: String) -> InputError {
    InputError(
      subject, found: found, expected: expected,
      advice: "paper/reward-protocol.md describes the lines; nothing was learned from this step. "
        + "A slow program needs a longer --reward-timeout.")
  }
}

extension ActionMaps {
  /// The images as a reward program is told about them, with their maps.
  package func items(_ subjects: [RewardSession.Subject]) -> [RewardQuestion.Item] {
    precondition(subjects.count == images, "a subject for each image")
    return subjects.enumerated().map { item($0.element, $0.offset) }
  }

  private func item(_ subject: RewardSession.Subject, _ n: Int) -> RewardQuestion.Item {
    var masks = Data(capacity: maps * units)
    for m in 0..<maps { masks += map(m, ofImage: n) }
    return RewardQuestion.Item(
      name: subject.name, index: subject.index, size: [subject.size.width, subject.size.height],
      origin: [subject.origin.x, subject.origin.y], masks: masks,
      pixels: subject.frame.map { image in
        Data(image.values.map { UInt8((($0 > 0 ? min($0, 1) : 0) * 255).rounded()) })  // NaN becomes 0
      })
  }
}
