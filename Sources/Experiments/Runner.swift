import Datasets
import Foundation
import Networks
import Rewards
import Support
import Training

/// Runs one row with one seed and records it in a folder: `run.json`, `metrics.jsonl`, `checkpoint.safetensors`.
public struct Runner {
  public let row: Row
  public let seed: UInt64
  public let folder: String
  /// Nil where the recipe's own score gives the rewards.
  public let rewardProgram: RewardProgram?
  /// Steps from one metrics line to the next.
  static let metricsInterval = 10

  /// - Parameter folder: nil is `runs/ROW-SEED`, the row's `/` written as `-`.
  public init(_ row: Row, seed: UInt64, folder: String? = nil, rewardProgram: RewardProgram? = nil) {
    (self.row, self.seed, self.rewardProgram) = (row, seed, rewardProgram)
    self.folder = folder ?? Self.defaultFolder(row.name, seed: seed)
  }

  public static func defaultFolder(_ name: String, seed: UInt64, under root: String = "runs") -> String {
    "\(root)/\(name.replacingOccurrences(of: "/", with: "-"))-\(seed)"
  }

  /// - Parameter data: the row's data where it is loaded already; nil loads it, without training labels where a program
  ///   gives the rewards.
  /// - Throws: `InputError` for bad data, a bad recipe, a diverging run, or a folder that can't be written.
  public func run(
    on data: DatasetSplits? = nil, progress: ProgressLine = .init(enabled: false)
  ) throws -> RunRecord {
    if let weak = row.weak { return try runWeakly(weak, on: data, progress: progress) }
    let data = try data ?? (rewardProgram == nil ? row.data.load() : row.data.loadWithoutTrainingLabels())
    return try train(on: data, progress: progress)
  }

  /// Trains by the row's recipe and records it.
  ///
  /// - Parameters:
  ///   - startingFrom: a network whose weights the training begins with.
  ///   - complete: adds to the record before it is written.
  func train(
    on data: DatasetSplits, startingFrom: UNet? = nil, progress: ProgressLine,
    complete: (inout RunRecord) throws -> Void = { _ in }
  ) throws -> RunRecord {
    let trainer = try Trainer(
      row.recipe, on: data, seed: seed, rewards: rewardProgram.map(RewardSource.program) ?? .score)
    if let startingFrom { try trainer.network.load(startingFrom.state, from: "the network to start from") }
    try prepareFolder()
    let metrics = try MetricsFile(path: "\(folder)/metrics.jsonl")
    let start = ContinuousClock.now
    var window = StepWindow()
    var queries = 0
    defer { progress.finish() }
    let confusion = try trainer.run { event in
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      switch event {
      case .step(let step):
        queries += step.outcome.queries
        window.add(step)
        guard step.step % Self.metricsInterval == 0 || step.step == row.recipe.steps else { return }
        let line = window.line(seconds: seconds, queries: queries)
        try metrics.append(line)
        progress.show(line, of: row.recipe.steps)
        window = StepWindow()
      case .evaluation(let step, let confusion):
        var line = MetricsLine(step: step, seconds: seconds, queries: queries)
        (line.mIoU, line.pixelAccuracy) = (confusion.meanIoU, confusion.pixelAccuracy)
        try metrics.append(line)
        progress.show(line, of: row.recipe.steps)
      }
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let checkpoint = Checkpoint(
      description: .init(
        network: trainer.network.configuration, classes: data.train.classes, normalization: trainer.normalization,
        row: row.name, seed: seed, steps: row.recipe.steps, backgroundClass: data.backgroundClass),
      network: trainer.network)
    try checkpoint.write(to: "\(folder)/checkpoint.safetensors")
    var record = RunRecord(
      row: row, seed: seed,
      data: .init(data, name: row.data.name, evaluated: data.split(row.recipe.evaluateOn)),
      parameters: trainer.network.parameterCount, result: .init(confusion, backgroundClass: data.backgroundClass),
      queries: queries, rewardCommand: rewardProgram?.command, seconds: seconds)
    try complete(&record)
    try record.write(to: "\(folder)/run.json")
    return record
  }

  /// Makes the folder and removes what an earlier run left, so that a record and a checkpoint are always of one run.
  func prepareFolder() throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw InputError(
        folder, found: "a folder that can't be made (\(error.localizedDescription))", expected: "a writable folder",
        advice: "Name another one with --out.")
    }
    for name in ["run.json", "checkpoint.safetensors"] {
      let path = "\(folder)/\(name)"
      guard FileManager.default.fileExists(atPath: path) else { continue }
      do {
        try FileManager.default.removeItem(atPath: path)
      } catch {
        throw InputError(
          path, found: "an earlier run's file that can't be removed", expected: "a writable folder",
          advice: "Name another folder with --out.")
      }
    }
  }
}

/// Means over the steps of one metrics line.
private struct StepWindow {
  private var steps: [TrainingEvent.Step] = []

  mutating func add(_ step: TrainingEvent.Step) { steps.append(step) }

  func line(seconds: Double, queries: Int) -> MetricsLine {
    func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
    var line = MetricsLine(step: steps.last?.step ?? 0, seconds: seconds, queries: queries)
    line.loss = mean(steps.compactMap(\.outcome.loss))
    line.reward = mean(steps.compactMap(\.outcome.reward))
    line.learningRate = steps.last?.learningRate
    line.gradientNorm = mean(steps.map(\.gradientNorm))
    return line
  }
}
