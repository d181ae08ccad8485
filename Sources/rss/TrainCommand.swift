import ArgumentParser
import Foundation
import Rewards
import Rows
import Runs

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train one row of a table.",
    discussion: """
      Rows: \(Row.all.map(\.name).joined(separator: ", ")).
      Settings for --set: \(Setting.all.map { "\($0.key) (\($0.takes))" }.joined(separator: "; ")).
      Of weakly supervised rows also: \(WeakSetting.all.map { "\($0.key) (\($0.takes))" }.joined(separator: "; ")).
      Of one-stage rows: \(OneStageSetting.all.map { "\($0.key) (\($0.takes))" }.joined(separator: "; ")).
      """)

  @Argument(help: "The row, such as fashion32/image.")
  var row: String

  @Option(help: "Everything random follows from it.")
  var seed: UInt64 = 1

  @Option(name: .customLong("set"), parsing: .singleValue, help: "key=value; may be given several times.")
  var settings: [String] = []

  @Option(help: "The run's folder; default runs/ROW-SEED.")
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

  @OptionGroup var keeping: KeepingOptions
  @OptionGroup var folder: FolderOptions
  @OptionGroup var threading: ThreadOptions

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
    try reportingErrors {
      try threading.apply()
      var row = try folder.apply(to: Row.named(row))
      row = try row.applying(settings)
      let program = try rewardCommand.map { try RewardProgram(command: $0, timeoutSeconds: rewardTimeout) }
      let runner = Runner(row, seed: seed, folder: out, rewardProgram: program)
      let record = try runner.run(
        keeping: keeping.value(resume ? .always : .never),
        progress: ProgressLine(enabled: !quiet, label: "\(row.name) seed \(seed)"))
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
}
