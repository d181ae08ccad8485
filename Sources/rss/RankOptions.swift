import ArgumentParser
import Foundation
import Ranks
import Rows
import Runs
import Support
import Tensors
import Training

extension Reduction: ExpressibleByArgument {}
extension ProgramEnvironment.Start: ExpressibleByArgument {}

/// Options of a command that several processes can share.
struct RankOptions: ParsableArguments {
  @Option(
    help: "Start so many processes on this machine, which share the work; on several machines, start them by mpirun.")
  var ranks: Int?

  @Option(help: "How ranks sum gradients: ordered (the same bits for any number of them; default) or fast.")
  var reduction: Reduction?

  /// The ranks that were started with this one; or nobody, where it is alone.
  ///
  /// With `--ranks` this process starts mpirun with the command without it, and doesn't return.
  ///
  /// - Throws: `InputError` where MPI isn't here; `ExitCode` of mpirun.
  func join() throws -> any Communicator {
    if let ranks { try startRanks(ranks) }
    return MPI.hasStartedThis ? try MPI() : SingleProcess()
  }

  /// What a row has to be for several ranks: cut into shards. So is whatever is started by mpirun, one rank or many, that the
  /// bits don't follow from their number.
  func apply(to row: Row, ranks: any Communicator) throws -> Row {
    var settings: [String] = []
    if ranks is MPI, row.recipe.shards == nil {
      settings.append("shardSize=\(Shards(ofBatch: row.recipe.batchSize).size)")
    }
    if let reduction { settings.append("reduction=\(reduction.rawValue)") }
    return try settings.isEmpty ? row : row.applying(settings)
  }

  /// Starts mpirun with this command, and ends with it.
  ///
  /// Ctrl-C and SIGTERM become SIGUSR1, which mpirun passes on to all ranks; on those two it would kill them a second later.
  private func startRanks(_ count: Int) throws -> Never {
    func wrong(_ found: String, _ advice: String) -> InputError {
      InputError("--ranks", found: found, expected: "1 to 1024 processes on this machine, by mpirun", advice: advice)
    }
    guard (1...1024).contains(count) else { throw wrong("\(count)", "Give as many as there are cores.") }
    guard !MPI.hasStartedThis else {
      throw wrong("\(count) within mpirun", "Leave --ranks out: mpirun's -n says how many there are.")
    }
    Interruption.watch()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = mpirun(count)
    // Without a terminal, or mpirun would read from it in the background.
    process.standardInput = FileHandle.nullDevice
    do { try process.run() } catch { throw wrong("\(error.localizedDescription)", "See to it that env is there.") }
    var passedOn: Int32?
    while process.isRunning {
      if let signal = Interruption.signalReceived, signal != passedOn {
        kill(process.processIdentifier, SIGUSR1)
        passedOn = signal
      }
      usleep(10_000)
    }
    // What env says of a program that isn't there.
    if process.terminationStatus == 127 {
      throw wrong("mpirun, which isn't here", "Install it (Debian: openmpi-bin).")
    }
    throw ExitCode(passedOn.map { 128 + $0 } ?? process.terminationStatus)
  }

  /// The command line that starts so many ranks of this one.
  private func mpirun(_ count: Int) -> [String] {
    var arguments = Array(CommandLine.arguments.dropFirst())
    if let place = arguments.firstIndex(of: "--ranks") {
      arguments.removeSubrange(place...min(place + 1, arguments.count - 1))
    } else {
      arguments.removeAll { $0.hasPrefix("--ranks=") }
    }
    // Each rank may move from core to core, since other work runs here, too.
    var command = ["mpirun", "-n", "\(count)", "--bind-to", "none", "--oversubscribe"]
    if geteuid() == 0 { command.append("--allow-run-as-root") }
    if ProcessInfo.processInfo.environment["OMP_NUM_THREADS"] == nil, !arguments.contains("--threads") {
      command += ["-x", "OMP_NUM_THREADS=\(max(1, ProcessInfo.processInfo.activeProcessorCount / count))"]
    }
    return command + [Bundle.main.executablePath ?? CommandLine.arguments[0]] + arguments
  }
}

/// Whether this machine can start ranks.
let hasMPIRun = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
  FileManager.default.isExecutableFile(atPath: "\($0)/mpirun")
}

/// Runs a command's body together with the ranks it was started with. Rank 0 speaks; an error on any rank ends all.
func withRanks(_ options: RankOptions, _ body: (any Communicator) throws -> Void) throws {
  let ranks = try options.join()
  guard let mpi = ranks as? MPI else { return try body(ranks) }
  do {
    try body(ranks)
    mpi.close()
  } catch let error as Interrupted where error.isKept {
    // All ranks have agreed to stop here.
    mpi.close()
    if mpi.isFirst { throw error }
    throw ExitCode(error.status)
  } catch {
    // What is wrong on all ranks is said once, by rank 0, which ends the others.
    if !mpi.isFirst { sleep(2) }
    if mpi.isFirst || Interruption.signalReceived == nil {
      printError("rank \(mpi.rank) of \(mpi.count), on \(hostName): error: \(error)")
    }
    mpi.abort(status: error is Interrupted ? 143 : inputErrorStatus)
    throw ExitCode(inputErrorStatus)
  }
}
