/// What random numbers are for. Two purposes never share a counter, whatever the seed, step and index.
///
/// The raw values are part of the format of a run: a recorded run can only be repeated while they stay as they are, so
/// a purpose may be added but none may be renumbered or removed.
public enum RandomPurpose: UInt32, Sendable, CaseIterable {
  /// First weights of a network.
  case initialization = 1
  /// Which images make up a batch.
  case batches = 2
  /// Crops, flips and colours.
  case augmentation = 3
  /// Actions drawn from the policy.
  case actions = 4
  /// Drawing of synthetic scenes.
  case scenes = 5
  /// Resampling for intervals.
  case bootstrap = 6
  /// Division of a data set into parts.
  case split = 7
  /// Exploration beyond what the policy draws by itself.
  case exploration = 8
}
