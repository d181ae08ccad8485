import Datasets
import Foundation
import Images
import Ranks
import Training

/// What is done to seeds before they become labels: a dense CRF, pixel-adaptive refinement, an affinity random walk.
///
/// The scores include the background, as a class whose score is the threshold everywhere. A refinement learns from what
/// a weakly supervised method is given and nothing more.
public struct SeedRefinement: Sendable {
  /// What is done to scores of one image, several of which share what follows from the image alone. The first call is
  /// for one image at a time, so that a network can run in it; what it returns is called on all threads.
  public typealias Step = (Image) throws -> ([TagScores]) throws -> [TagScores]

  /// What a refinement that learns can learn from.
  public struct Setting {
    /// The images that the method learns from, and their tags.
    public let training: TaggedDataset
    /// The seeds of the training images.
    public let seeds: SeedMaker
    /// The threshold of the seeds by themselves, chosen on the tuning split.
    public let threshold: Float
    /// What random numbers follow from.
    public let seed: UInt64
    /// How a training cuts its batches.
    public let shards: Shards?
    /// Who shares the work.
    public let ranks: any Communicator
    /// To be asked by all that takes its time, in learning and in each step.
    public let checkStop: StopCheck
  }

  private let prepare: @Sendable (Setting) throws -> Step

  /// A refinement that learns first: `prepare` runs once and returns what is done to each image.
  public init(learning prepare: @escaping @Sendable (Setting) throws -> Step) { self.prepare = prepare }

  /// A refinement that looks at one image at a time.
  public init(_ step: @escaping @Sendable (Image, [TagScores]) throws -> [TagScores]) {
    prepare = { _ in { image in { try step(image, $0) } } }
  }

  func prepared(for setting: Setting) throws -> Step { try prepare(setting) }
}

extension SeedRefinement {
  /// A dense CRF on each image by itself.
  public static func crf(_ crf: DenseCRF) -> SeedRefinement {
    SeedRefinement(learning: { setting in
      { image in { scores in try scores.refined { try crf.refine(image, $0, checkStop: setting.checkStop) } } }
    })
  }

  /// Pixel-adaptive refinement on each image by itself.
  public static func pamr(_ pamr: PAMR) -> SeedRefinement {
    SeedRefinement { image, scores in try scores.refined { try pamr.refine(image, $0) } }
  }

  /// PSA: a network learns which pixels belong together from the seeds that a dense CRF says can be trusted, and the
  /// seeds walk between them, the background as `withComplementaryBackground`.
  public static func affinityWalk(_ recipe: AffinityRecipe, trusting crf: DenseCRF) -> SeedRefinement {
    SeedRefinement(learning: { setting in
      let background = setting.training.background
      var found: [Int: LabelMap] = [:]
      try setting.seeds.forEachGroup(in: setting.training, ranks: setting.ranks, checkStop: setting.checkStop) {
        group in
        let images = try group.map { try setting.training.image(at: $0.index) }
        let labels = try parallelMap(group.count, checkStop: setting.checkStop) { n in
          try group[n].scores.confidentLabels(
            in: images[n], around: setting.threshold, background: background, recipe, crf,
            checkStop: setting.checkStop)
        }
        for (seed, labels) in zip(group, labels) { found[seed.index] = labels }
      }
      let samples = try setting.ranks.gather(found).sorted { $0.key < $1.key }
        .map { (image: try setting.training.image(at: $0.key), labels: $0.value) }
      let network = try AffinityTraining(
        on: samples, recipe: recipe, seed: setting.seed, shards: setting.shards, ranks: setting.ranks
      ).run { _, _ in try setting.checkStop() }
      return { image in
        let features = try network.features(of: image)
        return { several in
          try several.map { $0.withComplementaryBackground(background) }
            .refined { try network.refine(image, $0, features: features, checkStop: setting.checkStop) }
        }
      }
    })
  }
}

extension [TagScores] {
  /// The same classes with what a refinement makes of their scores; all have the same classes. Without a class,
  /// unchanged.
  func refined(_ refine: ([ClassScores]) throws -> [ClassScores]) throws -> [TagScores] {
    guard let classes = first?.classes, !classes.isEmpty else { return self }
    precondition(allSatisfy { $0.classes == classes }, "scores of one image")
    let refined = try refine(
      map { ClassScores(height: $0.height, width: $0.width, classes: classes.count, values: $0.values) })
    return refined.map { TagScores(width: $0.width, height: $0.height, classes: classes, values: $0.values) }
  }
}

extension TagScores {
  /// Labels that can be trusted, 255 elsewhere: the classes that a dense CRF finds where the background's score is
  /// high, and the background that it finds where that is low.
  ///
  /// PSA goes the same way, with a background that two powers amplify and weaken; here two parts of the seeds' own
  /// threshold do it. Seeds without the CRF can't be trusted: of those above 1.5 times the threshold, 62% are right on
  /// fashion32, for activation maps reach beyond their things.
  func confidentLabels(
    in image: Image, around threshold: Float, background: UInt8, _ recipe: AffinityRecipe, _ crf: DenseCRF,
    checkStop: StopCheck = {}
  ) throws -> LabelMap {
    let maps = try [recipe.certain, recipe.possible]
      .map { adding(background, score: min(1, $0 * threshold)) }
      .refined { try crf.refine(image, $0, checkStop: checkStop) }
      .map { $0.labels(background: background).classes }
    let labels = zip(maps[0], maps[1]).map { certain, possible in
      certain != background ? certain : possible == background ? background : LabelMap.void
    }
    return LabelMap(width: width, height: height, classes: labels)
  }

  /// The background's score, which is one threshold everywhere, as PSA has it: (1 - the highest other score)^a. The
  /// power a is that for which both decide alike before a refinement: t = (1 - t)^a at the threshold t.
  ///
  /// A walk moves this one; a score that is the same everywhere stays where it is, and what other classes lose to their
  /// surroundings becomes background.
  func withComplementaryBackground(_ background: UInt8) -> TagScores {
    guard let place = classes.firstIndex(of: background), let threshold = values.dropFirst(place).first else {
      return self
    }
    // At a threshold of 0 no power is large enough; the background never wins.
    let power = threshold > 0 ? log(threshold) / log(1 - min(threshold, 1)) : .infinity
    var result = self
    for p in 0..<width * height {
      var highest: Float = 0
      for k in classes.indices where k != place { highest = max(highest, values[p * classes.count + k]) }
      result.values[p * classes.count + place] = pow(max(0, 1 - highest), power)
    }
    return result
  }
}
