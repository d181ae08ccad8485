import ArgumentParser
import Checks
import Ranks
import Rows
import Support
import Tensors
import Training

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Time training steps and the dense CRF, and export a run for the PyTorch twin.",
    subcommands: [Step.self, CRF.self, Twin.self])

  struct Step: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Median milliseconds of the cross-entropy step and of image-level RSS steps, taking turns.")

    @Option(help: "Channels of the U-Net's first layer.") var width = 16
    @Option(help: "Classes.") var classes = 11
    @Option(help: "Height and width in pixels, a multiple of the network's output stride.") var size = 64
    @Option(help: "Images per step.") var batch = 16
    @Option(help: "Action maps per image of the image-level steps, at least 2.") var maps = 16
    @Option(help: "Timed steps of each.") var steps = 20
    @Option(help: "An encoder in place of the small U-Net's.") var encoder: String?
    @Option(help: "The decoder behind it.") var decoder: String?
    @Option(help: "Its output stride.") var outputStride: Int?
    @Option(help: "Times one step alone: crossEntropy, pixelReward or imageReward.") var objective: String?
    @Option(help: "Images of a shard, for --objective.") var shardSize: Int?
    @Option(help: "What batch normalisation is over: synchronised, perShard.") var shardNormalization: String?
    @Flag(help: "Print one JSON object.") var json = false
    @Flag(help: "Print a table of time per operation instead.") var profile = false
    @OptionGroup var threading: ThreadOptions
    @OptionGroup var ranks: RankOptions

    func run() throws {
      try reportingErrors { try withRanks(ranks, time) }
    }

    private func time(together ranks: any Communicator) throws {
      try threading.apply()
      var settings =
        [encoder.map { "encoder=\($0)" }, decoder.map { "decoder=\($0)" }, outputStride.map { "outputStride=\($0)" }]
        .compactMap { $0 } + ["size=\(size)"]
      // As `--set` reads them.
      settings +=
        ["batchSize=\(batch)"]
        + [
          shardSize.map { "shardSize=\($0)" }, shardNormalization.map { "shardNormalization=\($0)" },
        ].compactMap { $0 }
      let recipe = try self.ranks.apply(to: Row.camvidCrossEntropy.applying(settings), ranks: ranks).recipe
      let benchmark = try StepBenchmark(
        width: width, classes: classes, size: size, batch: batch, maps: maps, steps: steps, network: recipe.network,
        shards: recipe.shards)
      let only = try objective.map(objective(named:))
      if profile {
        for objective in only.map({ [$0] }) ?? [.crossEntropy, .imageReward] {
          print(try benchmark.profile(objective).markdown)
        }
        return
      }
      if let only {
        let result = try benchmark.run(only, ranks: ranks)
        guard ranks.isFirst else { return }
        return json ? try printJSON(result) : print(result.summary)
      }
      guard ranks.count == 1 else {
        throw InputError(
          "--objective", found: "none, with \(ranks.count) ranks", expected: "one step that they share",
          advice: "Add --objective crossEntropy.")
      }
      let result = try benchmark.run()
      if json {
        try printJSON(result)
      } else {
        print(result.summary)
      }
    }

    private func objective(named name: String) throws -> Recipe.Objective {
      guard let objective = Recipe.Objective(rawValue: name) else {
        throw InputError(
          "--objective", found: printable(name),
          expected: Recipe.Objective.allCases.map(\.rawValue).joined(separator: ", "), advice: "Name one of these.")
      }
      return objective
    }
  }

  struct CRF: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "crf", abstract: "Median milliseconds of refining one image's class scores by the dense CRF.")

    @Option(help: "Columns of the image.") var width = 160
    @Option(help: "Rows of the image.") var height = 120
    @Option(help: "Classes.") var classes = 11
    @Option(help: "Iterations of mean field.") var iterations = 10
    @Option(help: "Timed refinements.") var rounds = 20
    @Flag(help: "Print one JSON object.") var json = false

    func run() throws {
      try reportingErrors {
        let result = try CRFBenchmark(
          width: width, height: height, classes: classes, iterations: iterations, rounds: rounds
        ).run()
        if json {
          try printJSON(result)
        } else {
          print(result.summary)
        }
      }
    }
  }

  struct Twin: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Train a few steps and write weights, batches and losses for benchmarks/pytorch/twin.py.")

    @Option(help: "The row whose data and network to use.") var row = "fashion32/ce"
    @Option(name: .customLong("set"), help: "Changes a setting of the row, as in --set encoder=resnet18; repeatable.")
    var settings: [String] = []
    @Option(help: "Steps.") var steps = 20
    @Option(help: "Seed.") var seed: UInt64 = 1
    @Option(help: "Folder to write to.") var out: String
    @OptionGroup var folder: FolderOptions

    func run() throws {
      try reportingErrors {
        let row = try folder.apply(to: Row.named(row)).applying(settings)
        try TwinExport(row: row, seed: seed, steps: steps, folder: out).run()
        print("Written to \(out)/")
      }
    }
  }
}
