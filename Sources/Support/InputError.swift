/// A complaint about something the user gave us, complete enough to act on.
///
/// Every error about data, a file or an option says what was looked at, what was found there, what was expected, and
/// what to do next. Errors of the programmer (a wrong shape between two layers) are preconditions, never this type.
public struct InputError: Error, Sendable, Equatable, Codable, CustomStringConvertible {
  /// What was looked at: a file's path, `--set key`, a row's name.
  public let subject: String
  /// What was found there.
  public let found: String
  /// What would have been right.
  public let expected: String
  /// What to do about it.
  public let advice: String

  /// The four parts of a complaint, each a phrase without a full stop but the advice, which is a sentence.
  public init(_ subject: String, found: String, expected: String, advice: String) {
    self.subject = subject
    self.found = found
    self.expected = expected
    self.advice = advice
  }

  /// `subject: found …; expected …. advice`, on one line and inert, whatever a file's text in it says.
  public var description: String {
    printable("\(subject): found \(found); expected \(expected). \(advice)")
  }
}
