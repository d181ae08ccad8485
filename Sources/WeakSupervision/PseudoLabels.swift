import Datasets
import Images
import Metrics
import Networks
import Ranks
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
  /// What makes the seeds.
  public let seeds: SeedMaker
}

/// The score of the background.
public struct Threshold: Sendable, Equatable {
  /// Score of the background, in units of a map's maximum.
  public let score: Float
  /// mIoU that it reached on the tuning split; nil where it was given and not chosen.
  public let tuningMeanIoU: Double?
}

/// The multi-stage pipeline after the classifier: seeds, threshold, refinement, labels.
///
/// Its signature says what it is given: training images and tags. The tuning split's pixel labels choose the two
/// thresholds and do nothing else.
///
/// - Parameters:
///   - classifier: learned the tags of the training images (`ClassifierTraining`).
///   - tuning: labelled; not read, and not needed, where the recipe fixes the threshold.
///   - refinement: nil leaves the seeds as they are.
///   - shards: how a training cuts its batches.
///   - ranks: make the labels of some images each; all get all.
///   - checkStop: is asked throughout; where it throws, nothing is kept.
/// - Throws: what data, refinement and `checkStop` throw; `InputError` where the tuning split has no labels and the
///   recipe no threshold.
public func makePseudoLabels(
  _ weak: WeakRecipe, classifier: Classifier, training: TaggedDataset, data: DatasetSplits,
  refinement: SeedRefinement?, seed: UInt64, shards: Shards? = nil, ranks: any Communicator = .alone,
  checkStop: @escaping StopCheck = {}
) throws -> PseudoLabels {
  let seeds = SeedMaker(
    classifier, normalization: try training.images.normalization(for: classifier.configuration.encoder),
    method: weak.seeds, scales: weak.scales, mirrored: weak.mirrored)
  let background = training.background
  let given = weak.threshold.map { Threshold(score: $0, tuningMeanIoU: nil) }
  func chosen(images: Int = .max, refine: SeedRefinement.Step? = nil) throws -> Threshold {
    try chooseThreshold(
      seeds, on: data.tuningLabels(for: "the search for a threshold"), background: background, images: images,
      refine: refine, ranks: ranks, checkStop: checkStop)
  }
  let seedThreshold = try given ?? chosen()
  let setting = SeedRefinement.Setting(
    training: training, seeds: seeds, threshold: seedThreshold.score, seed: seed, shards: shards, ranks: ranks,
    checkStop: checkStop)
  let refine = try refinement?.prepared(for: setting)
  let threshold = try given ?? refine.map { try chosen(images: 100, refine: $0) } ?? seedThreshold

  var (seedMaps, maps): ([Int: LabelMap], [Int: LabelMap]) = ([:], [:])
  try seeds.forEachGroup(in: training, ranks: ranks, checkStop: checkStop) { group in
    let steps = try group.map { seed in try refine?(training.image(at: seed.index)) }
    let made = try parallelMap(group.count, checkStop: checkStop) { n in
      try group[n].scores.labels(above: [threshold.score], background: background, refine: steps[n])[0]
    }
    for (seed, map) in zip(group, made) {
      seedMaps[seed.index] = seed.scores.labels(above: seedThreshold.score, background: background)
      maps[seed.index] = map
    }
  }
  func inOrder(_ maps: [Int: LabelMap]) -> [LabelMap] { ranks.gather(maps).sorted { $0.key < $1.key }.map(\.value) }
  let samples = try inOrder(maps).enumerated().map { Sample(image: try training.image(at: $0), labels: $1) }
  return PseudoLabels(
    dataset: InMemoryDataset(name: training.images.name, classes: training.classes, samples: samples),
    seedThreshold: seedThreshold, threshold: threshold,
    seedMaps: inOrder(seedMaps), seeds: seeds)
}

extension TagScores {
  /// The label map at each of a few thresholds, after refinement; nil labels by the seeds alone.
  fileprivate func labels(
    above thresholds: [Float], background: UInt8, refine: (([TagScores]) throws -> [TagScores])?
  ) throws -> [LabelMap] {
    guard let refine else { return thresholds.map { labels(above: $0, background: background) } }
    return try refine(thresholds.map { adding(background, score: $0) }).map { $0.labels(background: background) }
  }
}

/// The background score that gives the best mIoU on a labelled split.
///
/// - Parameters:
///   - images: at most so many of the split, evenly spaced: a refinement takes its time for every threshold.
///   - refine: nil labels by the seeds alone.
func chooseThreshold(
  _ seeds: SeedMaker, on tuning: any LabelledDataset, background: UInt8, images: Int = .max,
  refine: SeedRefinement.Step? = nil, ranks: any Communicator, checkStop: StopCheck = {}
) throws -> Threshold {
  let tagged = try TaggedDataset(tagging: tuning, background: background)
  let used = min(images, tuning.count)
  let places = Set((0..<used).map { $0 * tuning.count / used })
  var curve = ThresholdCurve(classes: tuning.classes.count)
  try seeds.forEachGroup(in: tagged, ranks: ranks, checkStop: checkStop) { group in
    let used = group.filter { places.contains($0.index) }
    let samples = try used.map { try tuning.sample(at: $0.index) }
    let steps = try samples.map { try refine?($0.image) }
    let curves = try parallelMap(used.count, checkStop: checkStop) { n in
      let maps = try used[n].scores.labels(
        above: ThresholdCurve.thresholds, background: background, refine: steps[n])
      var own = ThresholdCurve(classes: tuning.classes.count)
      try own.add(truth: samples[n].labels, maps: maps)
      return own
    }
    for own in curves { curve.merge(own) }
  }
  let best = try curve.summed(over: ranks).best
  return Threshold(score: best?.threshold ?? ThresholdCurve.thresholds[0], tuningMeanIoU: best?.mIoU)
}
