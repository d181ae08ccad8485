import Metrics

/// What an interval says about a level, by one rule for every method.
package enum ClaimVerdict: String, Sendable, Equatable {
  case reproduced
  case notReproduced = "not reproduced"
  case undecided
  case noRecord = "no record"

  /// Reproduced where the lower bound reaches the level, not reproduced where the upper bound stays below it, and undecided
  /// otherwise: also of one or two seeds, which have no bounds.
  package init(_ interval: Interval?, reaching level: Double) {
    guard let interval else {
      self = .noRecord
      return
    }
    guard let lower = interval.lower, let upper = interval.upper else {
      self = .undecided
      return
    }
    self = lower >= level ? .reproduced : upper < level ? .notReproduced : .undecided
  }

  /// The same by one-sided p values, which may have been adjusted for there being several; nil for one or two seeds.
  package init(pAbove: Double?, pBelow: Double?) {
    guard let pAbove, let pBelow else {
      self = .undecided
      return
    }
    self =
      pAbove <= ClaimLevels.significance
      ? .reproduced : pBelow <= ClaimLevels.significance ? .notReproduced : .undecided
  }
}
