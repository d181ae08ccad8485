import Images

/// A way to make class scores follow an image.
public enum Refinement {
  /// Leaves scores as they are.
  case none
  /// Needs scores from 0 up; gives probabilities.
  case crf(DenseCRF)
  case pamr(PAMR)
  /// A random walk on the affinities that a network has learnt.
  case affinityWalk(AffinityNetwork)

  /// The refined scores, of the same size and classes.
  ///
  /// - Throws: `InputError` for scores of another size than the image's, or that aren't finite, and what the method throws.
  public func refine(_ image: Image, _ scores: ClassScores) throws -> ClassScores {
    switch self {
    case .none:
      try scores.validate(for: image)
      return scores
    case .crf(let crf): return try crf.refine(image, scores)
    case .pamr(let pamr): return try pamr.refine(image, scores)
    case .affinityWalk(let network): return try network.refine(image, scores)
    }
  }
}
