import Datasets
import Foundation
import Networks
import Rows
import Runs
import Support
import Tables
import Tensors
import Training

/// Short runs that must give the same bytes: twice alike, interrupted and resumed, and, where batches are cut into shards, with
/// any number of threads and ranks; without shards, another number of threads gives nearly the same.
package struct DeterminismCheck: Sendable {
  /// One row of each kind that the engine treats differently. `rss check determinism` takes 73 s on two cores.
  package static let rows: [Row] =
    [
      .fashion32CrossEntropy, .fashion32Pixel, .fashion32PixelPropensity, .fashion32ImageNaive, .fashion32Image,
      .fashion32ImageRegression,
    ] + mechanisms + [.fashion32CAM, .fashion32OneStage, .fashion32Deep]
  /// PSR, patches, exploration and the entropy bonus.
  private static let mechanisms = [
    "ablation-psr-psd-syncan", "patches-growing", "regression-exploration", "regression-entropy",
  ].compactMap { name in Row.all.first { $0.name == "fashion32/\(name)" } }

  /// Seeds whose first steps are compared between thread counts.
  static let seeds: ClosedRange<UInt64> = 1...5
  /// Most that the least of the seeds' relative differences may be: oneDNN's sums of the weights' gradients, in one part per
  /// thread, were measured at 2e-7 to 6e-7.
  package static let leastTolerance = 5e-6
  /// Most that any may be. On the CPUs we know the forward pass is the same for any number of threads. Where another one's
  /// kernels round it otherwise, a value can cross the kink of a ReLU or an action come from another class, and one
  /// pixel's whole gradient changes: up to 1.1e-2, when the batch normalisation still was so.
  package static let largestTolerance = 0.1

  package var rows: [Row]
  /// Of each run; it is interrupted in the middle, between two metrics lines.
  package var steps: Int

  /// The program `rss`, which repeats each run as a process of its own, whose hash seeds differ; nil repeats it in this one.
  package var program: String?
  /// Numbers of ranks that `program` is started with.
  package var ranks: [Int]

  package init(rows: [Row] = rows, steps: Int = 24, program: String? = nil, ranks: [Int] = []) {
    precondition(steps >= 4, "a run needs a middle")
    (self.rows, self.steps, self.program, self.ranks) = (rows, steps, program, ranks)
  }

  /// What was found for one row.
  package struct Finding: Codable, Sendable, Equatable {
    package var row: String
    /// Two runs end with the same checkpoint, byte for byte.
    package var repeated: Bool
    /// So does a run that was interrupted and resumed.
    package var resumed: Bool
    /// For each seed the norm of the difference of the first step's changes of the weights with one thread and with
    /// two, relative to the change; nil for rows that learn from tags, whose first step comes after other training.
    package var threadDifferences: [Double]?
    /// Cut into shards, runs with one thread and with two end with the same checkpoint.
    package var sharded: Bool
    /// So do runs with each number of ranks, by that number.
    package var ranked: [Int: Bool]

    package init(
      row: String, repeated: Bool, resumed: Bool, threadDifferences: [Double]?, sharded: Bool = true,
      ranked: [Int: Bool] = [:]
    ) {
      (self.row, self.repeated, self.resumed, self.threadDifferences) = (row, repeated, resumed, threadDifferences)
      (self.sharded, self.ranked) = (sharded, ranked)
    }

    /// The least and the largest difference, infinite where there is none of a row that should have some.
    var range: (least: Double, largest: Double)? {
      threadDifferences.map { ($0.min() ?? .infinity, $0.max() ?? .infinity) }
    }

    /// What isn't as it should be, naming the row and the check.
    package var failures: [String] {
      var failures: [String] = []
      if !repeated { failures.append("\(row): repeated: a second run ended with other bytes") }
      if !resumed { failures.append("\(row): resumed: an interrupted and resumed run ended with other bytes") }
      if !sharded { failures.append("\(row): shards: two threads ended with other bytes than one") }
      for (ranks, same) in ranked.sorted(by: { $0.key < $1.key }) where !same {
        failures.append("\(row): ranks: \(ranks) of them ended with other bytes than one process")
      }
      guard let range, let threadDifferences else { return failures }
      let whole = threadDifferences.allSatisfy(\.isFinite)
      for (name, value, tolerance) in [
        ("least", range.least, leastTolerance), ("largest", range.largest, largestTolerance),
      ]
      where !whole || value > tolerance {
        failures.append("\(row): threads: the \(name) relative difference is \(value), more than \(tolerance)")
      }
      return failures
    }
  }

  /// - Parameter report: sees each finding as it comes.
  /// - Throws: `InputError` where the data isn't here or the temporary folder can't be written.
  package func run(report: (Finding) -> Void = { _ in }) throws -> [Finding] {
    var loaded: [(source: DataSource, splits: DatasetSplits)] = []
    return try rows.map { row in
      let splits = try loaded.first { $0.source == row.data }?.splits ?? row.data.load()
      if !loaded.contains(where: { $0.source == row.data }) { loaded.append((row.data, splits)) }
      let finding = try check(row, on: splits)
      report(finding)
      return finding
    }
  }

  package func table(_ findings: [Finding]) -> Table {
    func cell(_ same: Bool) -> Table.Cell { .text(same ? "same bytes" : "DIFFERENT") }
    return Table(
      name: "determinism", caption: "Determinism, \(steps) steps",
      columns: ["Row", "Repeated", "Interrupted and resumed", "Shards, 1 and 2 threads"]
        + ranks.map { "Shards, \($0) rank\($0 == 1 ? "" : "s")" } + ["1 thread against 2"],
      rows: findings.map { finding in
        let differences = finding.range.map { Table.Cell.text(String(format: "%.1e to %.1e", $0.least, $0.largest)) }
        return [.text(finding.row), cell(finding.repeated), cell(finding.resumed), cell(finding.sharded)]
          + ranks.map { finding.ranked[$0].map(cell) ?? .missing } + [differences ?? .missing]
      },
      notes: [
        "Shards, of an eighth of a batch: the same bytes as from one process with one thread.",
        "1 thread against 2, without shards: relative difference of the first step, least and largest of \(Self.seeds.count) seeds; they "
          + "may be \(Self.leastTolerance) and \(Self.largestTolerance).",
      ])
  }

  private func check(_ row: Row, on data: DatasetSplits) throws -> Finding {
    var row = row
    (row.recipe.steps, row.recipe.evaluations) = (steps, 1)
    row.weak?.classifierSteps = steps
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("rss-check-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: root) }
    func run(_ name: String, _ keeping: RunKeeping = .init()) throws {
      _ = try Runner(row, seed: 1, folder: "\(root)/\(name)").run(on: data, keeping: keeping)
    }
    func checkpoint(_ name: String) -> Data? {
      FileManager.default.contents(atPath: "\(root)/\(name)/checkpoint.safetensors")
    }
    try run("first")
    if let program { try repeated(row, by: program, in: "\(root)/second") } else { try run("second") }
    var wasInterrupted = false
    do {
      // Of the row's own training, which begins with its metrics.
      let keeping = RunKeeping.stopping(after: steps / 2 - 1) {
        FileManager.default.fileExists(atPath: "\(root)/resumed/metrics.jsonl")
      }
      try run("resumed", keeping)
    } catch is Interrupted {
      wasInterrupted = FileManager.default.fileExists(atPath: ResumeFile.path(in: "\(root)/resumed"))
    }
    try run("resumed", RunKeeping(resume: true))
    let first = checkpoint("first")
    let (sharded, ranked) = try cut(row, on: data, in: root, checkpoint)
    return Finding(
      row: row.name, repeated: first != nil && first == checkpoint("second"),
      resumed: wasInterrupted && first != nil && first == checkpoint("resumed"),
      threadDifferences: row.learnsFromTags
        ? nil : try Self.seeds.map { try threadDifference(row.recipe, on: data, seed: $0) }, sharded: sharded,
      ranked: ranked)
  }

  /// Whether two threads, and each number of ranks, give the checkpoint that one thread gives, in shards.
  private func cut(
    _ row: Row, on data: DatasetSplits, in root: String, _ checkpoint: (String) -> Data?
  ) throws -> (sharded: Bool, ranked: [Int: Bool]) {
    let before = Threads.count
    defer { Threads.use(before) }
    let shardSize = "shardSize=\(Shards(ofBatch: row.recipe.batchSize).size)"
    let row = try row.applying([shardSize])
    for threads in 1...2 {
      Threads.use(threads)
      _ = try Runner(row, seed: 1, folder: "\(root)/threads\(threads)").run(on: data)
    }
    Threads.use(1)
    var ranked: [Int: Bool] = [:]
    for count in ranks {
      guard let program else { break }
      try repeated(row, by: program, in: "\(root)/ranks\(count)", ["--ranks", "\(count)", "--set", shardSize])
      ranked[count] = checkpoint("threads1") == checkpoint("ranks\(count)")
    }
    let whole = checkpoint("threads1")
    return (whole != nil && whole == checkpoint("threads2"), ranked)
  }

  private func repeated(_ row: Row, by program: String, in folder: String, _ more: [String] = []) throws {
    let settings = ["steps=\(steps)", "evaluations=1"] + (row.weak == nil ? [] : ["classifierSteps=\(steps)"])
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments =
      ["train", row.name, "--seed", "1", "--quiet", "--threads", "\(Threads.count)", "--out", folder]
      + settings.flatMap { ["--set", $0] } + more
    process.standardOutput = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw InputError(
        program, found: "a program that can't be started (\(error.localizedDescription))", expected: "rss itself",
        advice: "Run the check with the program where it was built.")
    }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw InputError(
        "\(program) train \(row.name)", found: "exit status \(process.terminationStatus)",
        expected: "a run that ends well",
        advice: "Its error is above.")
    }
  }

  /// The relative difference of what one step changes with one thread and with two.
  ///
  /// One step, because a reward's run is chaotic: a logit rounded otherwise can change a sampled action, and with it all
  /// that follows. Plain SGD, because AdamW divides a gradient by its size and so makes whole steps of the rounding of
  /// tiny ones; at rate 1, so that the change isn't lost in the rounding of the weights.
  private func threadDifference(_ recipe: Recipe, on data: DatasetSplits, seed: UInt64) throws -> Double {
    let before = Threads.count
    defer { Threads.use(before) }
    var recipe = recipe
    (recipe.steps, recipe.optimizer, recipe.schedule, recipe.learningRate) = (1, .sgd, .constant, 1)
    // The larger the batch, the more values there are that could cross a kink and hide what rounding does.
    (recipe.weightDecay, recipe.batchSize) = (0, 4)
    struct Done: Error {}
    func change(threads: Int) throws -> [Float] {
      Threads.use(threads)
      let trainer = try Trainer(recipe, on: data, seed: seed)
      let initial = trainer.network.parameters.flatMap(\.value.scalars)
      do {
        _ = try trainer.run { if case .step = $0 { throw Done() } }  // before the evaluation
      } catch is Done {}
      return zip(trainer.network.parameters.flatMap(\.value.scalars), initial).map { $0 - $1 }
    }
    return relativeDifference(try change(threads: 2), from: try change(threads: 1))
  }
}

/// |a - b| / |b|, Euclidean norms in double; 0 where both are zero.
func relativeDifference(_ a: [Float], from b: [Float]) -> Double {
  let difference = zip(a, b).reduce(0.0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
  let size = b.reduce(0.0) { $0 + Double($1) * Double($1) }
  return difference == 0 ? 0 : (difference / size).squareRoot()
}
