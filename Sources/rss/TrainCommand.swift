import ArgumentParser
import Foundation
import Ranks
import Records
import Rewards
import Rows
import Runs
import Training
import WeakSupervision

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train one row of a table.",
    discussion: """
      Rows: \(Row.all.map(\.name).joined(separator: ", ")).
      Settings for --set: \(described(Recipe.settings)).
      Of weakly supervised rows also: \(described(WeakRecipe.settings)).
      Of one-stage rows: \(described(OneStageRecipe.settings)).
      """)

  @Argument(help: "The row, such as fashion32/image.")
  var row: String

  @Option(help: "Everything random follows from it.")
  var seed: UInt64 = 1

  @Option(name: .customLong("set"), parsing: .singleValue, help: "key=value; may be given several times.")
  var settings: [String] = []

  @Option(name: .customLong("init"), help: "A checkpoint or weights to start from; the same as --set weights=FILE.")
  var start: String?

  @Option(help: "The run's folder; default runs/DATA-METHOD-SEED, with a mark of what --set changes.")
  var out: String?

  @Option(help: "A program that gives the rewards of an image-level row; see paper/reward-protocol.md.")
  var rewardCommand: String?

  @Option(help: "Seconds to wait for one answer of the reward program.")
  var rewardTimeout: Double = RewardProgram.defaultTimeoutSeconds

  @Flag(help: "Print one JSON object on standard output and nothing else there.")
  var json = false

  @Flag(help: "No progress on standard error.")
  var quiet = false

  @Flag(help: "Go on with this run where it was killed or interrupted.")
  var resume = false

  @Option(help: "With several ranks, who starts the reward program: the first, for all, or each for its own images.")
  var rewardPrograms: ProgramEnvironment.Start = .first

  @OptionGroup var keeping: KeepingOptions
  @OptionGroup var folder: FolderOptions
  @OptionGroup var threading: ThreadOptions
  @OptionGroup var ranks: RankOptions

  /// What `--json` prints.
  private struct Summary: Codable {
    var row: String
    var seed: UInt64
    var mIoU: Double?
    var pixelAccuracy: Double?
    var meanClassAccuracy: Double?
    var backgroundIoU: Double?
    var perClassIoU: [Double?]
    var steps: Int
    var queries: Int
    var seconds: Double
    var peakMemoryMB: Double
    var parameters: Int
    var folder: String
  }

  func run() throws {
    try reportingErrors { try withRanks(ranks, train) }
  }

  private func train(together ranks: any Communicator) throws {
    try threading.apply()
    var row = try folder.apply(to: Row.named(row))
    row = try row.applying(settings + (start.map { ["weights=\($0)"] } ?? []))
    row = try self.ranks.apply(to: row, ranks: ranks)
    let program = try rewardCommand.map { try RewardProgram(command: $0, timeoutSeconds: rewardTimeout) }
    let place = try out ?? runFolder(of: row, seed: seed, rewardCommand: rewardCommand)
    if resume, ranks.isFirst, EarlierRun(in: place).isEmpty {
      printError(
        "note: \(place) has nothing to go on with, so the run starts from its first step; a finished run's weights are "
          + "started from with --init FOLDER/checkpoint.safetensors")
    }
    let runner = Runner(
      row, seed: seed, folder: place, rewardProgram: program, startedBy: rewardPrograms, ranks: ranks)
    let record = try runner.run(
      keeping: keeping.value(resume: resume),
      progress: ProgressLine(enabled: !quiet && ranks.isFirst, label: "\(row.name) seed \(seed)"))
    guard ranks.isFirst else { return }
    if json {
      let result = record.result
      let summary = Summary(
        row: row.name, seed: seed, mIoU: result.mIoU, pixelAccuracy: result.pixelAccuracy,
        meanClassAccuracy: result.meanClassAccuracy, backgroundIoU: result.backgroundIoU,
        perClassIoU: result.perClassIoU, steps: record.steps, queries: record.queries, seconds: record.seconds,
        peakMemoryMB: record.peakMemoryMB, parameters: record.parameters, folder: runner.folder)
      try printJSON(summary)
    } else {
      print(record.summary)
      print("Recorded in \(runner.folder)/")
    }
  }
}

private func described<Root>(_ settings: [Setting<Root>]) -> String {
  settings.map { "\($0.key) (\($0.takes))" }.joined(separator: "; ")
}
