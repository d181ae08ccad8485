/// Refuses a setting that can't be.
///
/// - Parameters:
///   - key: as `--set` takes it.
///   - holds: whether it can be.
///   - found: its value.
///   - expected: the values that can be, in words.
/// - Throws: `InputError` with all three, that says to change it with `--set`.
package func requireSetting(_ key: String, _ holds: Bool, found: String, expected: String) throws {
  guard !holds else { return }
  throw InputError("setting \(key)", found: found, expected: expected, advice: "Change it with --set \(key)=….")
}
