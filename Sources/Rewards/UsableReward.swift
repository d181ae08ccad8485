import Support

/// What a reward may be, whoever gives it.
enum UsableReward {
  /// The largest reward by magnitude. Rewards are normalised, so any scale will do; this one leaves their squares far
  /// from what a float32 can hold, 1e38.
  static let largest = 1e9

  /// - Parameter subject: which map of which image this is the reward of.
  /// - Throws: `InputError` for a reward that is no finite number, or beyond `largest`.
  static func check(_ reward: Double, of subject: @autoclosure () -> String) throws {
    guard reward.magnitude <= largest else {  // false for NaN
      throw InputError(
        subject(), found: "the reward \(reward)", expected: "a finite number of at most \(largest) by magnitude",
        advice: "Mend the reward: where a mask can't be scored, give it the lowest score.")
    }
  }
}
