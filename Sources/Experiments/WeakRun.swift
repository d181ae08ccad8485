import Datasets
import Foundation
import Networks
import Support
import Training
import WeakSupervision

extension DataSource {
  /// The data as a weakly supervised run needs it: where a folder has its tags in a file and nothing needs the labels of
  /// the training split, none of them is opened.
  func loadForTags(needingLabels: Bool) throws -> DatasetSplits {
    hasTagFile && !needingLabels ? try loadWithoutTrainingLabels() : try load()
  }

  /// The training images and their tags: from a folder's `image_labels.txt`, or the classes in the label maps.
  func tagged(_ data: DatasetSplits) throws -> TaggedDataset {
    guard let background = data.backgroundClass.map(UInt8.init(truncatingIfNeeded:)) else {
      throw InputError(
        "data set \(name)", found: "no background class", expected: "a class called background",
        advice: "Activation maps tell things from background; train another row on this data.")
    }
    guard hasTagFile else { return try TaggedDataset(tagging: data.train, background: background) }
    let images = try data.train as? UnlabelledDataset ?? UnlabelledDataset(droppingLabelsOf: data.train)
    return try TaggedDataset(
      images, tags: TagFile(directory: resolvedDirectory, remap: remap.map(ClassMap.named)), background: background)
  }

  private var hasTagFile: Bool {
    kind == .folder && FileManager.default.fileExists(atPath: "\(resolvedDirectory)/\(TagFile.fileName)")
  }
}

extension Runner {
  /// Runs a weakly supervised row: tags to pseudo labels, and from these, or from a network that learned them, the row's
  /// recipe. Adds `classifier.safetensors` and the classifier's curve, `classifier.jsonl`, to the folder.
  func runWeakly(_ weak: WeakRecipe, on given: DatasetSplits?, progress: ProgressLine) throws -> RunRecord {
    try weak.validate()
    try row.recipe.validate()
    guard rewardProgram == nil else {
      throw InputError(
        "--reward-command", found: "the weakly supervised row \(row.name)",
        expected: "a row that learns by reward alone",
        advice: "Use an image-level row, such as fashion32/image.")
    }
    let data = try given ?? row.data.loadForTags(needingLabels: weak.start != nil)
    if weak.threshold == nil, data.tuning is UnlabelledDataset {
      throw InputError(
        "setting threshold", found: "none, and a tuning split that is cut from the training images",
        expected: "labels to choose it by, which aren't those of training",
        advice: "Write a tuning.txt, or give --set threshold=0.3.")
    }
    let tagged = try row.data.tagged(data)
    try prepareFolder()
    let start = ContinuousClock.now
    let pseudo = try makePseudoLabels(
      weak, within: row.recipe, training: tagged, tuning: data.tuning, refinement: weak.refinement.refinement,
      seed: seed, observe: try classifierObserver(weak, since: start, progress))
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    try write(pseudo.seeds, classes: tagged.tagClasses.map { tagged.classes[Int($0)] })

    let learnable = DatasetSplits(
      train: pseudo.dataset, tuning: data.tuning, validation: data.validation, backgroundClass: data.backgroundClass)
    var startingFrom: UNet?
    if let recipe = weak.start {
      let trainer = try Trainer(recipe, on: learnable, seed: seed)
      _ = try trainer.run { _ in }
      startingFrom = trainer.network
    }
    let trainingSeconds = (ContinuousClock.now - start) / .seconds(1)
    return try train(on: weak.start == nil ? learnable : data, startingFrom: startingFrom, progress: progress) {
      record in
      record.data = .init(data, name: row.data.name, evaluated: data.split(row.recipe.evaluateOn))
      record.seconds += trainingSeconds
      record.weak = try result(of: pseudo, tagged: tagged, data: data, seconds: seconds)
    }
  }

  /// What the record says of the pseudo labels; measured after everything has been trained.
  private func result(
    of pseudo: PseudoLabels, tagged: TaggedDataset, data: DatasetSplits, seconds: Double
  ) throws -> WeakResult {
    let quality =
      data.train is UnlabelledDataset
      ? nil : try PseudoLabelQuality(of: pseudo, tagged: tagged, truth: data.train)
    let evaluated = try TaggedDataset(tagging: data.split(row.recipe.evaluateOn), background: tagged.background)
    let scores = try pseudo.seeds.classifier.evaluate(on: evaluated, normalization: pseudo.seeds.normalization)
    return WeakResult(
      seedMeanIoU: quality?.seedMeanIoU, refinedMeanIoU: quality?.meanIoU,
      oracleSeedMeanIoU: quality?.oracleSeedMeanIoU,
      tuningSeedMeanIoU: pseudo.seedThreshold.tuningMeanIoU, tuningRefinedMeanIoU: pseudo.threshold.tuningMeanIoU,
      seedThreshold: pseudo.seedThreshold.score, threshold: pseudo.threshold.score,
      tags: tagged.tagCount, meanAveragePrecision: scores.mean, averagePrecision: scores.averagePrecision,
      seconds: seconds)
  }

  private func classifierObserver(
    _ weak: WeakRecipe, since start: ContinuousClock.Instant, _ progress: ProgressLine
  ) throws -> (Int, Double) throws -> Void {
    let metrics = try MetricsFile(path: "\(folder)/classifier.jsonl")
    var losses: [Double] = []
    return { step, loss in
      losses.append(loss)
      guard step % Self.metricsInterval == 0 || step == weak.classifierSteps else { return }
      var line = MetricsLine(step: step, seconds: (ContinuousClock.now - start) / .seconds(1), queries: 0)
      line.loss = losses.reduce(0, +) / Double(losses.count)
      losses = []
      try metrics.append(line)
      progress.show(line, of: weak.classifierSteps)
    }
  }

  private func write(_ seeds: SeedMaker, classes: [String]) throws {
    try ClassifierCheckpoint(
      description: .init(
        network: seeds.classifier.configuration, classes: classes, normalization: seeds.normalization, row: row.name,
        seed: seed),
      classifier: seeds.classifier
    ).write(to: "\(folder)/classifier.safetensors")
  }
}

extension WeakRecipe.RefinementKind {
  /// What does it; nil for none.
  var refinement: Refinement? {
    switch self {
    case .none: nil
    }
  }
}
