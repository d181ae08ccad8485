import Support

/// A program that gives the rewards: how to start it and how long to wait for it. paper/reward-protocol.md says what it
/// is asked and how it answers.
public struct RewardProgram: Sendable, Equatable {
  /// Run by `/bin/sh -c`.
  public let command: String
  /// The longest time from a question to its answer.
  public let timeout: Duration

  /// For a program that loads its truth when it's started.
  public static let defaultTimeoutSeconds = 60.0

  /// - Throws: `InputError` for an empty command, or a time that is not above 0 and at most a million seconds.
  public init(command: String, timeoutSeconds: Double = defaultTimeoutSeconds) throws {
    guard command.contains(where: { !$0.isWhitespace }) else {
      throw InputError(
        "--reward-command", found: "an empty command", expected: "a program that answers rewards",
        advice: "paper/reward-protocol.md describes it; data-scripts/reward_server.py is one.")
    }
    guard timeoutSeconds > 0, timeoutSeconds <= 1e6 else {
      throw InputError(
        "--reward-timeout", found: "\(timeoutSeconds)", expected: "seconds above 0, at most 1000000",
        advice: "Leave it out for \(Self.defaultTimeoutSeconds) s.")
    }
    self.command = command
    timeout = .seconds(timeoutSeconds)
  }
}
