/// How image-level rewards become a gradient.
public struct ImageEstimator: Sendable, Equatable {
  /// How rewards become advantages.
  public var advantage: ImageAdvantage
  /// What the statistics are over.
  public var syncAN: SyncAN.Scope
  /// Of PSD.
  public var pairDivision: PairDivision
  /// How many patches along the shorter side have a reward of their own; 1 is one reward for the whole image.
  public var regions: Int
  /// Weight of the policy's entropy in the objective.
  public var entropyBonus: Float

  /// The paper's method where nothing else is said.
  public init(
    _ advantage: ImageAdvantage, syncAN: SyncAN.Scope = .batch, pairDivision: PairDivision = .none, regions: Int = 1,
    entropyBonus: Float = 0
  ) {
    (self.advantage, self.syncAN, self.pairDivision) = (advantage, syncAN, pairDivision)
    (self.regions, self.entropyBonus) = (regions, entropyBonus)
  }
}

/// How an image-level reward becomes an advantage.
public enum ImageAdvantage: String, Codable, Sendable, CaseIterable {
  /// Every unit of a map gets the map's reward.
  case naive
  /// PSD, pair-wise spatial difference: two maps of one image are compared only where they differ.
  case psd
  /// PSD, with what the actions elsewhere explain of a reward taken out of it (`RegionRegression`). Ours, not the paper's.
  case regression
}

/// What the reward difference of a pair is divided by.
public enum PairDivision: String, Codable, Sendable, CaseIterable {
  case none
  /// The number of units where the two maps differ, among which the difference is then shared.
  case differingUnits
}
