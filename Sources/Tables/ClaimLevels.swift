/// The levels that claims are decided at, and where each comes from. Both are ours.
package enum ClaimLevels {
  /// Part of cross-entropy's mIoU from which on a run has converged.
  package static let converged = 0.8
  package static let convergedReason =
    "80% is our level, well above what the naive reward gets (Table 2): the abstract says that learning converges, not to what."

  /// Part of cross-entropy's mIoU from which on image-level reward has reached pixel-level supervision.
  package static let approaches = 0.98
  package static let approachesReason =
    "98% is our level: the paper's abstract, as far as it can be seen, says that image-level reward can approach pixel-level "
    + "supervision; “approximately 98%” stands only in a machine-made summary of the paper."

  /// One-sided: what a 95% interval leaves on one of its sides, so that an adjusted p value and an interval decide alike.
  package static let significance = 0.025
}
