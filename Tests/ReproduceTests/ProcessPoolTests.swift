import Foundation
import Glibc
import Records
import Rows
import Runs
import Support
import Synchronization
import TestSupport
import Testing

@testable import Reproduce
@testable import Tensors

@Suite(.enabled(if: RSSProcess.isBuilt, RSSProcess.reason))
struct ProcessPoolTests {
  private static let settings = ["size=16x16", "networkWidth=1", "batchSize=2", "steps=40", "evaluations=2"]

  private func rows(_ data: TemporaryFolder) throws -> [Row] {
    try [Row.folderCrossEntropy, .folderPixel].map { row in
      var row = try row.applying(Self.settings)
      row.data.directory = data.path
      return row
    }
  }

  /// One process a run: `rss train`, as a shell command may go before it.
  private func pool(_ size: Int, _ data: TemporaryFolder, before: String = "") throws -> ProcessPool {
    let program = try #require(RSSProcess.executable)
    return ProcessPool(size: size, program: "/bin/sh") { runs in
      let commands = runs.map { run in
        "\(program) train \(run.row.name) --seed \(run.seed) --data \(data.path) --out \(run.folder) --threads 1 "
          + "--quiet --resume " + Self.settings.map { "--set \($0)" }.joined(separator: " ") + " >/dev/null"
      }
      return [
        "-c", before.replacingOccurrences(of: "SEED", with: "\(runs[0].seed)") + commands.joined(separator: " && "),
      ]
    }
  }

  /// Two processes make the records and checkpoints that one thread of this process makes.
  @Test func sideBySideTheyAreTheSameRuns() throws {
    let data = try rectangleFolder()
    let (here, there) = (try TemporaryFolder(), try TemporaryFolder())
    let plans = [tablePlan(try rows(data))]
    let threads = Threads.count
    Threads.use(1)
    defer { Threads.use(threads) }
    let expected = try reproduction(plans, seeds: 2, in: here).logged().outcome
    let (outcome, log) = try reproduction(plans, seeds: 2, in: there).logged(by: pool(2, data))
    #expect(outcome.failures.isEmpty && outcome.held.isEmpty && outcome.signal == nil && log.failed.isEmpty)
    #expect(outcome.tables == expected.tables && outcome.tables.map(\.rows.count) == [4])
    for run in reproduction(plans, seeds: 2, in: here).list {
      let other = run.folder.replacingOccurrences(of: here.path, with: there.path)
      #expect(try runFiles(run.folder) == runFiles(other))
      let (one, two) = (outcome.records[run.index], expected.records[run.index])
      #expect(one?.result == two?.result && one?.provenance.threads == 1 && two?.provenance.threads == 1)
    }
    let again = try reproduction(plans, seeds: 2, in: there).logged(by: pool(2, data))
    #expect(again.log.skipped.count == 4 && again.outcome.tables == expected.tables)
  }

  @Test func aProcessThatDiesIsNamedAndTheOthersGoOn() throws {
    let data = try rectangleFolder()
    let runs = try TemporaryFolder()
    let reproduction = reproduction([tablePlan(try rows(data))], seeds: 2, in: runs)
    let (outcome, log) = try reproduction.logged(by: pool(2, data, before: "[ SEED = 2 ] && kill -KILL $$; "))
    #expect(outcome.failures.map(\.run.seed) == [2, 2] && log.failed.count == 2 && outcome.finished == 2)
    #expect(outcome.failures.allSatisfy { $0.cause.contains("signal 9 (Killed)") } && outcome.tables.isEmpty)
    let next = try reproduction.logged(by: pool(1, data))
    #expect(next.log.attempted.count == 2 && next.log.attempted.allSatisfy { $0.contains("failed its process") })
    #expect(next.outcome.failures.isEmpty && next.outcome.tables.map(\.rows.count) == [4])
  }

  /// What comes behind a run that ended its process gets another one.
  @Test func theRestOfABundleGoesOn() throws {
    let done = Mutex<[[Int]]>([])
    let runs = (1...3).map { PlannedRun(index: $0, row: .fashion32CAM, seed: 1, folder: "") }
    let pool = ProcessPool(size: 2, program: "/bin/sh") { ["-c", "exit \($0.count)"] }
    pool.run([runs], stopSignal: { nil }) { runs, ending in
      done.withLock { $0.append(runs.map(\.index)) }
      #expect("\(ending)" == "its process ended with status \(runs.count)")
      return Array(runs.dropFirst())
    }
    #expect(done.withLock { $0 } == [[1, 2, 3], [2, 3], [3]])
  }

  @Test func aSignalEndsThemAll() {
    // What this thread blocks the processes would, too; the program itself unblocks it.
    var (terminate, before) = (sigset_t(), sigset_t())
    sigemptyset(&terminate)
    sigaddset(&terminate, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &terminate, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let start = ContinuousClock.now
    let runs = (1...4).map { PlannedRun(index: $0, row: .fashion32Image, seed: UInt64($0), folder: "") }
    let pool = ProcessPool(size: 2, program: "/bin/sleep") { _ in ["60"] }
    var ended: [String] = []
    pool.run(runs.bundles, stopSignal: { ContinuousClock.now - start > .seconds(0.2) ? SIGINT : nil }) { _, ending in
      ended.append("\(ending)")
      return []
    }
    #expect(ended == [String](repeating: "its process was ended by signal 15 (Terminated)", count: 2))
    #expect(ContinuousClock.now - start < .seconds(10))
  }

  @Test func aProgramThatIsNotThere() {
    let runs = [PlannedRun(index: 1, row: .fashion32Image, seed: 1, folder: "")]
    var endings: [String] = []
    ProcessPool(size: 1, program: "/nonexistent") { _ in [] }.run([runs], stopSignal: { nil }) { _, ending in
      endings.append("\(ending)")
      return []
    }
    #expect(endings.count == 1 && endings[0].hasPrefix("no process to be had for it ("))
  }
}
