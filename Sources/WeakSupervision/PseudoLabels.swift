import Datasets
import Images
import Metrics
import Networks
import Training

/// Label maps made from tags, and what is known about how they were made.
public struct PseudoLabels {
  /// The training images with the maps for labels.
  public let dataset: InMemoryDataset
  /// Background score of the seeds alone.
  public let seedThreshold: Threshold
  /// Background score of what is refined; that of the seeds where nothing is.
  public let threshold: Threshold
  /// The seeds, before refinement; equal to the data set's labels where there is none.
  public let seedMaps: [LabelMap]
  public let seeds: SeedMaker
}

/// The score of the background.
public struct Threshold: Sendable, Equatable {
  public let score: Float
  /// mIoU that it reached on the tuning split; nil where it was given and not chosen.
  public let tuningMeanIoU: Double?
}

/// The multi-stage pipeline: classifier, seeds, threshold, refinement, labels.
///
/// Its signature says what it is given: training images and tags. The tuning split's pixel labels choose the two
/// thresholds and do nothing else.
///
/// - Parameters:
///   - recipe: the run's; the classifier takes its batch size, image size, augmentation and optimizer.
///   - tuning: labelled; not read where the recipe fixes the threshold.
///   - refinement: nil leaves the seeds as they are.
///   - observe: sees the classifier's steps and losses.
/// - Throws: what data, refinement and `observe` throw.
public func makePseudoLabels(
  _ weak: WeakRecipe, within recipe: Recipe, training: TaggedDataset, tuning: any Dataset, refinement: SeedRefinement?,
  seed: UInt64, observe: (_ step: Int, _ loss: Double) throws -> Void = { _, _ in }
) throws -> PseudoLabels {
  let normalization = try Normalization(measuring: training.images)
  let classifier = try Classifier.trained(
    weak.classifierRecipe(within: recipe), outputStride: weak.outputStride, on: training,
    normalization: normalization, seed: seed, observe: observe)
  let seeds = SeedMaker(
    classifier, normalization: normalization, method: weak.seeds, scales: weak.scales, mirrored: weak.mirrored)
  let background = training.background
  let given = weak.threshold.map { Threshold(score: $0, tuningMeanIoU: nil) }
  let seedThreshold = try given ?? chooseThreshold(seeds, on: tuning, background: background)
  let setting = SeedRefinement.Setting(training: training, seeds: seeds, threshold: seedThreshold.score, seed: seed)
  let refine = try refinement?.prepared(for: setting)
  let threshold =
    try given
    ?? refine.map { try chooseThreshold(seeds, on: tuning, background: background, images: 100, refine: $0) }
    ?? seedThreshold

  let empty = LabelMap(width: 0, height: 0, fill: 0)
  var seedMaps = [LabelMap](repeating: empty, count: training.count)
  var maps = seedMaps
  try seeds.forEach(in: training) { index, scores in
    seedMaps[index] = scores.labels(above: seedThreshold.score, background: background)
    maps[index] =
      try refine.map {
        try $0(training.image(at: index), scores.adding(background, score: threshold.score)).labels(
          background: background)
      } ?? seedMaps[index]
  }
  let samples = try maps.enumerated().map { Sample(image: try training.image(at: $0), labels: $1) }
  return PseudoLabels(
    dataset: InMemoryDataset(name: training.images.name, classes: training.classes, samples: samples),
    seedThreshold: seedThreshold, threshold: threshold,
    seedMaps: seedMaps, seeds: seeds)
}

/// The background score that gives the best mIoU on a labelled split.
///
/// - Parameters:
///   - images: at most so many of the split, evenly spaced: a refinement takes its time for every threshold.
///   - refine: nil labels by the seeds alone.
func chooseThreshold(
  _ seeds: SeedMaker, on tuning: any Dataset, background: UInt8, images: Int = .max, refine: SeedRefinement.Step? = nil
) throws -> Threshold {
  let tagged = try TaggedDataset(tagging: tuning, background: background)
  let used = min(images, tuning.count)
  let places = Set((0..<used).map { $0 * tuning.count / used })
  var curve = ThresholdCurve(classes: tuning.classes.count)
  try seeds.forEach(in: tagged) { index, scores in
    guard places.contains(index) else { return }
    let sample = try tuning.sample(at: index)
    try curve.add(truth: sample.labels) { threshold in
      guard let refine else { return scores.labels(above: threshold, background: background) }
      return try refine(sample.image, scores.adding(background, score: threshold)).labels(background: background)
    }
  }
  let best = curve.best
  return Threshold(score: best?.threshold ?? ThresholdCurve.thresholds[0], tuningMeanIoU: best?.mIoU)
}
