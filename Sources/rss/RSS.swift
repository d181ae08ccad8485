import ArgumentParser
import Foundation
import Ranks
import Runs
import Support

@main
struct RSS: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rss",
    abstract: "Semantic segmentation trained by reward: reproduce the tables, train, evaluate, predict.",
    discussion: """
      Start with `rss reproduce`, or train one row of a table: `rss train fashion32/image --seed 1`.
      Errors name the file or option, what was found there, what was expected and what to do.
      """,
    subcommands: [
      ReproduceCommand.self, TablesCommand.self, TrainCommand.self, EvaluateCommand.self, PredictCommand.self,
      CAMCommand.self,
      DataCommand.self,
      FiguresCommand.self, ReportCommand.self, WatchCommand.self, ExportCommand.self, CheckCommand.self,
      BenchCommand.self,
    ])
}

/// Exit status of everything that fails on the user's input, as `sysexits.h` numbers it (EX_DATAERR).
let inputErrorStatus: Int32 = 65

/// Of runs that failed, or that other processes are still at work on (EX_TEMPFAIL).
let failedRunsStatus: Int32 = 1
let runsInUseStatus: Int32 = 75

/// Runs a command's body; an `InputError`, `RunInUse` or `Interrupted` is printed as it is, without a usage text, and
/// ends with its own status.
///
/// - Parameter isShared: whether several ranks do it together; else they would all do the same, and are refused.
func reportingErrors(isShared: Bool = false, _ body: () throws -> Void) throws {
  do {
    if !isShared, let ranks = MPI.startedRanks, ranks > 1 {
      throw InputError(
        "mpirun", found: "\(ranks) ranks", expected: "one: they would all do the same",
        advice: "Ranks share rss train, rss evaluate and rss bench step --objective; start this command without mpirun."
      )
    }
    try body()
  } catch let error as InputError {
    printError("error: \(error)")
    throw ExitCode(inputErrorStatus)
  } catch let error as RunInUse {
    printError("error: \(error)")
    throw ExitCode(inputErrorStatus)
  } catch let error as Interrupted {
    printError("\(error)")
    throw ExitCode(error.status)
  }
}

/// Text of several lines that a terminal shows and doesn't obey, whatever files' names and contents in it say.
func inert(_ text: String) -> String {
  text.split(separator: "\n", omittingEmptySubsequences: false).map { printable(String($0)) }.joined(separator: "\n")
}

/// What every command prints with: hides Swift's own, which would let text from files through.
func print(_ text: String) { Swift.print(inert(text)) }

func printError(_ text: String) { FileHandle.standardError.write(Data("\(inert(text))\n".utf8)) }

/// One object on one line of standard output, for programs.
func printJSON(_ value: some Encodable) throws {
  print(String(decoding: try CanonicalJSON.encode(value, of: "--json"), as: UTF8.self))
}
