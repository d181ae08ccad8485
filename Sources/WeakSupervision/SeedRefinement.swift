import Datasets
import Images

/// What is done to seeds before they become labels: a dense CRF, pixel-adaptive refinement, an affinity random walk.
///
/// The scores include the background, as a class whose score is the threshold everywhere. A refinement learns from what a
/// weakly supervised method is given and nothing more.
public struct SeedRefinement: Sendable {
  public typealias Step = (Image, TagScores) throws -> TagScores

  /// What a refinement that learns can learn from.
  public struct Setting {
    public let training: TaggedDataset
    /// The seeds of the training images.
    public let seeds: SeedMaker
    /// The threshold of the seeds by themselves, chosen on the tuning split.
    public let threshold: Float
    public let seed: UInt64
  }

  private let prepare: @Sendable (Setting) throws -> Step

  /// A refinement that learns first: `prepare` runs once and returns what is done to each image.
  public init(learning prepare: @escaping @Sendable (Setting) throws -> Step) { self.prepare = prepare }

  /// A refinement that looks at one image at a time.
  public init(_ step: @escaping @Sendable (Image, TagScores) throws -> TagScores) {
    prepare = { _ in step }
  }

  func prepared(for setting: Setting) throws -> Step { try prepare(setting) }
}

extension SeedRefinement {
  public static func crf(_ crf: DenseCRF) -> SeedRefinement {
    SeedRefinement { image, scores in try scores.refined { try crf.refine(image, $0) } }
  }

  public static func pamr(_ pamr: PAMR) -> SeedRefinement {
    SeedRefinement { image, scores in try scores.refined { try pamr.refine(image, $0) } }
  }

  /// PSA: the network learns which pixels belong together from the seeds it can trust.
  public static func affinityWalk(_ recipe: AffinityRecipe) -> SeedRefinement {
    SeedRefinement(learning: { setting in
      var samples: [(image: Image, labels: LabelMap)] = []
      try setting.seeds.forEach(in: setting.training) { index, scores in
        let labels = scores.confidentLabels(around: setting.threshold, background: setting.training.background)
        samples.append((try setting.training.image(at: index), labels))
      }
      let network = try AffinityNetwork(training: samples, recipe: recipe, seed: setting.seed)
      return { image, scores in try scores.refined { try network.refine(image, $0) } }
    })
  }
}

extension TagScores {
  /// The same classes with what a refinement makes of their scores.
  func refined(_ refine: (ClassScores) throws -> ClassScores) throws -> TagScores {
    guard !classes.isEmpty else { return self }
    let scores = ClassScores(height: height, width: width, classes: classes.count, values: values)
    return TagScores(width: width, height: height, classes: classes, values: try refine(scores).values)
  }

  /// Labels where the best score is far from the background's, 255 elsewhere: above 1.5 times the threshold (at most 0.95, for
  /// every class has its maximum at 1) its class, below half of it the background. PSA gets its confident areas by two
  /// backgrounds, one amplified and one weakened; these factors are ours, not tuned.
  func confidentLabels(around threshold: Float, background: UInt8) -> LabelMap {
    let certain = labels(above: min(0.95, 1.5 * threshold), background: 255)
    let possible = labels(above: 0.5 * threshold, background: background)
    return LabelMap(
      width: width, height: height,
      classes: zip(certain.classes, possible.classes).map { $1 == background ? background : $0 })
  }
}
