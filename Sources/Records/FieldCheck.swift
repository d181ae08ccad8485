import Support

/// Checks the numbers that a file says, each by the name of its field, so that nothing computed from them can trap.
///
/// Every check throws an `InputError` that names the file, the field, what was found and what was expected.
struct FieldCheck {
  let file: String

  /// The longest time that is believed, in seconds: a century, which no run takes and whose sum with a date still is one.
  static let mostSeconds = 3.2e9
  /// The largest count that is believed: 2^53, up to which a `Double`, as figures have them, is exact.
  static let mostCount = 1 << 53
  /// How far a score may lie from what its counts give: a rounding of the last of 16 digits, and no more.
  static let rounding = 1e-12

  func need(_ holds: Bool, _ field: String, _ found: some Any, _ expected: String) throws(InputError) {
    guard holds else {
      throw InputError(
        file, found: "\(field) \(found)", expected: expected,
        advice: "Take the file as it was written, or delete the run's folder and run it again.")
    }
  }

  func count(_ value: Int, _ field: String, from least: Int = 0) throws(InputError) {
    try need((least...Self.mostCount).contains(value), field, value, "\(least) to 2^53")
  }

  /// A part of one; nil where there is none.
  func share(_ value: Double?, _ field: String) throws(InputError) {
    guard let value else { return }
    try need((0...1).contains(value), field, value, "0 to 1")
  }

  func seconds(_ value: Double, _ field: String) throws(InputError) {
    try need((0...Self.mostSeconds).contains(value), field, value, "0 to \(Self.mostSeconds) seconds")
  }

  func finite(_ value: Double?, _ field: String) throws(InputError) {
    guard let value else { return }
    try need(value.isFinite, field, value, "a finite number")
  }

  /// A score that is said against the one that was counted; both may be missing.
  func agree(_ said: Double?, _ counted: Double?, _ field: String) throws(InputError) {
    let agrees =
      if let said, let counted { abs(said - counted) <= Self.rounding } else { said == nil && counted == nil }
    let found = said.map { "\($0)" } ?? "missing"
    try need(agrees, field, found, "\(counted.map { "\($0)" } ?? "none"), which the confusion matrix gives")
  }
}
