import ArgumentParser
import Foundation
import Glibc
import Reproduce
import Runs
import Support
import Tables

extension TablePlan.Profile: ExpressibleByArgument {}

struct ReproduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce", abstract: "Run the rows of the tables over several seeds and print the tables.",
    discussion: """
      The quick profile runs FashionScenes 32 x 32 with three seeds, in minutes. The full profile adds FashionScenes \
      64 x 64 and CamVid (data/camvid, see data-scripts/README.md) with five seeds, in hours; Table 6 is VOC 2012 \
      (data/voc2012) with ImageNet's weights (data-scripts/weights mobilenetV2).

      A run that fails doesn't end the others. Its cause is in failure.txt in its folder until the next attempt, the \
      command ends with status \(failedRunsStatus) and names it, and so does the next one with --resume before it \
      tries again. A run that another process is at work on is left to that one (status \(runsInUseStatus)). Tables are \
      written when every run has finished, never of those alone that did.

      --list prints index, row, seed, state and what there is to say of it: finished, running, failed, unfinished, \
      missing, refused (the folder holds something else) or no-data. Nothing is run.

      --task K/N runs every N-th run of the list, but runs that train the same classifier (same data, settings and \
      seed) fall to one task, which trains it once. It writes no tables: when all tasks have ended, the same command without \
      --task finds their runs and writes them.

      --jobs J does J runs at a time, each in a process of its own with one thread (or --threads), and ends with the \
      bytes of --threads 1. See paper/cluster.md.
      """)

  @Option(
    parsing: .singleValue,
    help:
      "A table's number, \(TablePlan.all.map { String($0.number) }.joined(separator: ", ")); may be given several times."
  )
  var table: [Int] = [1, 2]

  @Option(help: "quick or full.")
  var profile: TablePlan.Profile = .quick

  @Option(help: "Seeds per row, from 1 on; default 3 (quick) or 5 (full).")
  var seeds: Int?

  @Flag(help: "Print every run and its state, a line each, and run nothing.")
  var list = false

  @Option(help: "K/N: of the list, the K-th of N parts alone.")
  var task: String?

  @Option(help: "Runs at a time, each in a process of its own with one thread.")
  var jobs: Int?

  @Flag(help: "Go on with a run that was interrupted. (Runs that are recorded already are kept in any case.)")
  var resume = false

  @Option(help: "Where run folders go.")
  var runs: String = "runs"

  @Option(help: "Where tables go.")
  var tables: String = "runs/tables"

  /// What `--jobs` gives its processes: which runs, by index, and whom they work for.
  @Option(help: .hidden) var only: String?
  @Option(help: .hidden) var parent: Int32?

  @OptionGroup var keeping: KeepingOptions
  @OptionGroup var threading: ThreadOptions

  func run() throws {
    try reportingErrors {
      try threads.apply()
      let reproduction = try reproduction()
      if list { return try printList(of: reproduction) }
      if let task, reproduction.selected.isEmpty { return print("Task \(task): no run falls to it.") }
      let pool = try jobs.map { size in
        guard (1...1024).contains(size) else {
          throw InputError(
            "--jobs", found: "\(size)", expected: "1 to 1024", advice: "One for each core is the most that helps.")
        }
        // The program itself, also where its file has been built anew meanwhile.
        return ProcessPool(size: size, program: "/proc/self/exe", arguments: arguments)
      }
      let start = ContinuousClock.now
      var drifted: [String] = []
      let outcome = try reproduction.run(by: pool) { event in
        if case .drifted(let text) = event { drifted.append(text) } else { say(event) }
        fflush(nil)  // a log that is followed gets each line as it comes
      }
      for table in outcome.tables { print("\n\(table.markdown)") }
      for text in drifted { printError("warning: \(text)") }
      if parent == nil { sum(up: outcome, minutes: (ContinuousClock.now - start) / .seconds(60)) }
      if let signal = outcome.signal { throw ExitCode(128 + signal) }
      if !outcome.failures.isEmpty { throw ExitCode(failedRunsStatus) }
      if !outcome.held.isEmpty { throw ExitCode(runsInUseStatus) }
    }
  }

  /// One each with `--jobs`: then a state of such a run is one that this process can judge, too.
  private var threads: ThreadOptions {
    var threads = threading
    if jobs != nil, threads.threads == nil { threads.threads = 1 }
    return threads
  }

  private func reproduction() throws -> Reproduction {
    var reproduction = Reproduction(
      tables: try table.map(plan), profile: profile, seeds: try seedCount(), runs: runs, output: tables,
      keeping: try keeping.value(resume: resume, folderOption: "--runs"))
    if let task { reproduction.selection = .share(try Share(task)) }
    if let only { reproduction.selection = .runs(Set(only.split(separator: ",").compactMap { Int($0) })) }
    if let parent {
      reproduction.showsSteps = false
      // One that has lost its parent stops like one that was told to.
      reproduction.keeping.stopSignal = { Interruption.signalReceived ?? (getppid() == parent ? nil : SIGTERM) }
    }
    return reproduction
  }

  private func plan(_ number: Int) throws -> TablePlan {
    guard let plan = TablePlan.all.first(where: { $0.number == number }) else {
      throw InputError(
        "--table", found: "\(number)",
        expected: "one of \(TablePlan.all.map { String($0.number) }.joined(separator: ", "))",
        advice: "Leave it out for Tables 1 and 2.")
    }
    guard !plan.rows(profile).isEmpty else {
      throw InputError(
        "--table", found: "\(number), of which the \(profile.rawValue) profile has no row",
        expected: "a table of the profile", advice: "Give --profile full.")
    }
    return plan
  }

  private func seedCount() throws -> Int {
    let count = seeds ?? profile.seeds
    guard (1...1000).contains(count) else {
      throw InputError("--seeds", found: "\(count)", expected: "1 to 1000", advice: "Three is the quick profile's.")
    }
    return count
  }

  /// What starts this program on some of its runs.
  private func arguments(for runs: [PlannedRun]) -> [String] {
    var arguments = [
      "reproduce", "--profile", profile.rawValue, "--seeds", "\(seeds ?? profile.seeds)", "--runs=\(self.runs)",
      "--threads", "\(threads.threads ?? 1)", "--checkpoint-every", "\(keeping.checkpointEvery)",
      "--only", runs.map { "\($0.index)" }.joined(separator: ","), "--parent", "\(getpid())",
    ]
    for number in table { arguments += ["--table", "\(number)"] }
    if resume { arguments.append("--resume") }
    if keeping.overwrite { arguments.append("--overwrite") }
    return arguments
  }

  private func printList(of reproduction: Reproduction) throws {
    let states = try reproduction.states { say($0) }
    let width = states.map(\.run.row.name.count).max() ?? 0
    for (run, state) in states {
      let index = String(format: "%4d", run.index)
      let row = run.row.name.padding(toLength: width, withPad: " ", startingAt: 0)
      let line = "\(index)  \(row)  \(run.seed)  \(state.word)"
      print(state.detail.isEmpty ? line : "\(line)  \(state.detail)")
    }
  }

  private func say(_ event: Reproduction.Event) {
    switch event {
    case .started, .drifted: break
    case .attempted(let run, .failed(let cause)):
      if parent == nil { printError("\(run.name): failed before: \(cause)") }
    case .attempted(let run, let state): if parent == nil { printError("\(run.name): \(state.word), \(state.detail)") }
    case .skipped(let run): print("\(run.name): finished already, kept")
    case .finished(let run, let record):
      print("\(run.name): \(record.scoreText), \(String(format: "%.0f", record.seconds)) s")
    case .failed(let run, let cause): printError("\(run.name): failed: \(cause)")
    case .held(let run, let holder): printError("\(run.name): left to \(holder), which is at work on it")
    case .unavailable(let source, let error): printError("left out: every row of \(source.name). \(error)")
    }
  }

  private func sum(up outcome: Reproduction.Outcome, minutes: Double) {
    if !outcome.failures.isEmpty {
      printError("\(outcome.failures.count) failed; the same command with --resume tries again:")
      for (run, cause) in outcome.failures { printError("  \(run.index)  \(run.name): \(cause)") }
    }
    if !outcome.held.isEmpty {
      printError("left to other processes: \(outcome.held.map(\.name).joined(separator: ", "))")
    }
    if outcome.signal != nil {
      printError("stopped; what was at work is kept. The same command with --resume goes on from there.")
    }
    let time = String(format: "%.1f minutes.", minutes)
    if !outcome.tables.isEmpty {
      print("Tables are in \(tables)/, runs in \(runs)/. \(time)")
    } else if let task {
      print(
        "Task \(task): \(outcome.finished) finished, in \(runs)/. A share isn't a table: when all tasks have ended, "
          + "the same command with --resume and without --task writes the tables. \(time)")
    } else {
      print("No tables: not every run is finished. \(outcome.finished) are, in \(runs)/. \(time)")
    }
  }
}
