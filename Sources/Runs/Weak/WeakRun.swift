import Datasets
import Foundation
import Networks
import Ranks
import Records
import Rows
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
    guard hasTagFile else {
      return try TaggedDataset(tagging: data.trainingLabels(for: "a row that learns from tags"), background: background)
    }
    let images = try data.labelledTrain.map(UnlabelledDataset.init(droppingLabelsOf:)) ?? data.train
    return try TaggedDataset(
      images, tags: TagFile(directory: resolvedDirectory, remap: remap.map(ClassMap.named)), background: background)
  }

  private var hasTagFile: Bool {
    kind == .folder && FileManager.default.fileExists(atPath: "\(resolvedDirectory)/\(TagFile.fileName)")
  }
}

extension Runner {
  /// What a weakly supervised row is given, after a look at everything that can be wrong before an hour is spent.
  ///
  /// - Throws: `InputError` for a recipe, data or an option that doesn't fit.
  func tagged(in data: DatasetSplits) throws -> TaggedDataset {
    try row.weak?.validate()
    try row.oneStage?.validate()
    if let weak = row.weak { try (weak.start ?? row.recipe).requireStart(on: data.train) }
    precondition(row.weak == nil || row.oneStage == nil, "\(row.name) learns from tags in one way")
    guard rewardProgram == nil else {
      throw InputError(
        "--reward-command", found: "the weakly supervised row \(row.name)",
        expected: "a row that learns by reward alone", advice: "Use an image-level row, such as fashion32/image.")
    }
    _ = try data.evaluated(on: row.recipe.evaluateOn)
    if let weak = row.weak, weak.threshold == nil, data.labelledTuning == nil {
      throw InputError(
        "setting threshold", found: "none, and a tuning split that is cut from the training images",
        expected: "labels to choose it by, which aren't those of training",
        advice: "Write a tuning.txt, or give --set threshold=0.3.")
    }
    return try row.data.tagged(data)
  }

  /// The trainer of a row that learns from tags, with everything before its first step done.
  ///
  /// - Throws: what the data throw; `Interrupted` where `keeping` asked to stop.
  func weakStart(
    from tagged: TaggedDataset, in data: DatasetSplits, _ identity: RunIdentity, keeping: RunKeeping,
    progress: ProgressLine
  ) throws -> any WeakStart {
    guard let recipe = row.oneStage else {
      return try pseudoLabelStart(from: tagged, in: data, identity, keeping: keeping, progress: progress)
    }
    let method = OneStage(recipe, on: tagged)
    return OneStageStart(method: method, trainer: try method.trainer(row.recipe, on: data, seed: seed, ranks: ranks))
  }

  /// Tags to pseudo labels, and these to the trainer of the row's recipe: on the pseudo labels, or on the data itself with
  /// a network that has learned them.
  ///
  /// - Throws: what the data throw; `Interrupted` where `keeping` asked to stop.
  private func pseudoLabelStart(
    from tagged: TaggedDataset, in data: DatasetSplits, _ identity: RunIdentity, keeping: RunKeeping,
    progress: ProgressLine
  ) throws -> PseudoLabelStart {
    guard let weak = row.weak else { preconditionFailure("\(row.name) isn't weakly supervised") }
    func log(_ stage: RunStage) throws -> StageLog {
      let log = try StageLog(stage, folder: folder, identity: identity, keeping: keeping, ranks: ranks)
      if let warning = log.earlier?.warning { progress.note(warning) }
      return log
    }
    let (folder, stopSignal) = (folder, keeping.stopSignal)
    @Sendable func stopWhereAsked() throws {
      guard let signal = stopSignal() else { return }
      throw Interrupted(signal: signal, folder: folder, step: 0, of: "labels were made from tags", isKept: false)
    }
    let classifier = try shared.classifier(.init(weak, within: row.recipe, on: tagged, seed: seed)) {
      let log = try log(.classifier)
      let training = try ClassifierTraining(weak, within: row.recipe, on: tagged, seed: seed, ranks: ranks)
      for note in training.notes { progress.note(note) }
      if let earlier = log.earlier { try training.restore(earlier.state, from: log.path) }
      let classifier = try training.run { step, loss in
        var line = MetricsLine(step: step, seconds: log.seconds, queries: 0)
        line.loss = loss
        progress.show(line, of: weak.classifierSteps)
        try log.record(step: step, of: weak.classifierSteps, state: training.state)
      }
      return .init(value: classifier, seconds: log.seconds)
    }
    let clock = ContinuousClock.now
    let pseudo = try makePseudoLabels(
      weak, classifier: classifier.value, training: tagged, data: data,
      refinement: weak.seedRefinement(background: tagged.background), seed: seed, shards: row.recipe.shards,
      ranks: ranks, checkStop: stopWhereAsked)
    let labelSeconds = classifier.seconds + (ContinuousClock.now - clock) / .seconds(1)
    let learnable = data.learning(from: pseudo.dataset)
    let networkKey = SharedWork.NetworkKey(
      weak, weak.start ?? row.recipe, on: tagged, tuning: data.tuning, seed: seed)
    guard let first = weak.start else {
      return PseudoLabelStart(
        trainer: try Trainer(row.recipe, on: learnable, seed: seed, ranks: ranks), pseudo: pseudo, tagged: tagged,
        labelSeconds: labelSeconds, seconds: labelSeconds, networkKey: networkKey)
    }
    let learned = try shared.network(networkKey) {
      let log = try log(.start)
      let trainer = try Trainer(first, on: learnable, seed: seed, ranks: ranks)
      if let earlier = log.earlier { try trainer.restore(earlier.state, from: log.path, orFinished: true) }
      _ = try trainer.run { event in
        guard case .step(let step) = event else { return }
        try log.record(step: step.step, of: first.steps, state: trainer.state)
      }
      return .init(value: trainer.network.state, seconds: log.seconds)
    }
    let trainer = try Trainer(row.recipe, on: data, seed: seed, ranks: ranks)
    try trainer.network.load(learned.value, from: "the network that learned the pseudo labels")
    return PseudoLabelStart(
      trainer: trainer, pseudo: pseudo, tagged: tagged, labelSeconds: labelSeconds,
      seconds: labelSeconds + learned.seconds, networkKey: nil)
  }
}

/// Where a weakly supervised run's training begins.
protocol WeakStart {
  var trainer: Trainer { get }
  /// Wall-clock time from tags to the trainer.
  var seconds: Double { get }
  /// What the trainer's network will follow from, where other rows can go on from it.
  var networkKey: SharedWork.NetworkKey? { get }
  /// Writes what the run leaves beside its network's checkpoint.
  func writeFiles(to folder: String, row: String, seed: UInt64) throws
  /// What the record says, once the training has ended: measured with labels that learning had no part of.
  func result(
    on data: DatasetSplits, evaluated: any LabelledDataset, ranks: any Communicator
  ) throws -> WeakResult
}

/// The training has tags alone.
private struct OneStageStart: WeakStart {
  let method: OneStage
  let trainer: Trainer
  let seconds = 0.0
  let networkKey: SharedWork.NetworkKey? = nil

  func writeFiles(to folder: String, row: String, seed: UInt64) throws {}

  func result(
    on data: DatasetSplits, evaluated: any LabelledDataset, ranks: any Communicator
  ) throws -> WeakResult {
    let (network, normalization) = (trainer.network, trainer.normalization)
    let tagged = method.tagged
    let training = try data.labelledTrain.map { truth in
      try OneStageQuality(
        of: network, learnedBy: method, normalization: normalization, tagged: tagged, truth: truth, ranks: ranks)
    }
    let shown = try TaggedDataset(tagging: evaluated, background: tagged.background)
    let scores = try method.evaluateTags(of: network, on: shown, normalization: normalization, ranks: ranks)
    return WeakResult(
      seedMeanIoU: training?.maskMeanIoU, refinedMeanIoU: training?.refinedMeanIoU, tags: tagged.tagCount,
      meanAveragePrecision: scores.mean, averagePrecision: scores.averagePrecision, seconds: seconds)
  }
}

/// The training has labels that were made from tags, or has learned them.
private struct PseudoLabelStart: WeakStart {
  let trainer: Trainer
  let pseudo: PseudoLabels
  let tagged: TaggedDataset
  /// Wall-clock time from tags to pseudo labels, and to the trainer.
  let labelSeconds: Double
  let seconds: Double
  let networkKey: SharedWork.NetworkKey?

  func writeFiles(to folder: String, row: String, seed: UInt64) throws {
    let seeds = pseudo.seeds
    try ClassifierCheckpoint(
      description: .init(
        network: seeds.classifier.configuration, classes: tagged.tagClasses.map { tagged.classes[Int($0)] },
        normalization: seeds.normalization, row: row, seed: seed),
      classifier: seeds.classifier
    ).write(to: "\(folder)/classifier.safetensors")
  }

  /// By the labels of the training split, where it has any, and of the evaluated one.
  func result(
    on data: DatasetSplits, evaluated: any LabelledDataset, ranks: any Communicator
  ) throws -> WeakResult {
    let quality = try data.labelledTrain.map {
      try PseudoLabelQuality(of: pseudo, tagged: tagged, truth: $0, ranks: ranks)
    }
    let shown = try TaggedDataset(tagging: evaluated, background: tagged.background)
    let scores = try pseudo.seeds.classifier.evaluate(
      on: shown, normalization: pseudo.seeds.normalization, ranks: ranks)
    return WeakResult(
      seedMeanIoU: quality?.seedMeanIoU, refinedMeanIoU: quality?.meanIoU,
      oracleSeedMeanIoU: quality?.oracleSeedMeanIoU, tuningSeedMeanIoU: pseudo.seedThreshold.tuningMeanIoU,
      tuningRefinedMeanIoU: pseudo.threshold.tuningMeanIoU, seedThreshold: pseudo.seedThreshold.score,
      threshold: pseudo.threshold.score, tags: tagged.tagCount, meanAveragePrecision: scores.mean,
      averagePrecision: scores.averagePrecision, seconds: labelSeconds)
  }
}

extension WeakRecipe {
  /// What `refinement` names, with its settings; nil for none.
  fileprivate func seedRefinement(background: UInt8) -> SeedRefinement? {
    switch refinement {
    case .none: return nil
    case .crf: return .crf(crf ?? DenseCRF())
    case .pamr: return .pamr(pamr ?? PAMR())
    case .affinityWalk:
      var affinity = affinity ?? AffinityRecipe()
      affinity.background = background
      return .affinityWalk(affinity, trusting: crf ?? DenseCRF())
    }
  }
}
