import Foundation
import Glibc

/// Processes of one program side by side, each with some runs to do.
package struct ProcessPool: Sendable {
  /// How many at a time.
  let size: Int
  let program: String
  /// What starts it on the given runs.
  let arguments: @Sendable ([PlannedRun]) -> [String]

  package init(size: Int, program: String, arguments: @escaping @Sendable ([PlannedRun]) -> [String]) {
    (self.size, self.program, self.arguments) = (size, program, arguments)
  }

  /// How a process ended.
  enum Ending: CustomStringConvertible {
    case status(Int32)
    case signal(Int32)
    case notStarted(String)

    var description: String {
      switch self {
      case .status(let status): "its process ended with status \(status)"
      case .signal(let signal): "its process was ended by signal \(signal) (\(String(cString: strsignal(signal))))"
      case .notStarted(let reason): "no process to be had for it (\(reason))"
      }
    }
  }

  /// Does all bundles, the largest first, so that none is left alone at the end. Where `stopSignal` gives one, every
  /// process is sent SIGTERM, none is started any more, and this returns when they have ended.
  ///
  /// - Parameter ended: hears of each process's end, and returns those of its runs that another one is to do.
  func run(
    _ bundles: [[PlannedRun]], stopSignal: () -> Int32?, ended: ([PlannedRun], Ending) -> [PlannedRun]
  ) {
    var waiting = bundles.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
      .map(\.element)
    var working: [(process: Process, runs: [PlannedRun])] = []
    var isStopping = false
    func end(_ runs: [PlannedRun], _ ending: Ending) {
      let rest = ended(runs, ending)
      if !rest.isEmpty { waiting.insert(rest, at: 0) }
    }
    repeat {
      while working.count < size, !waiting.isEmpty, stopSignal() == nil {
        let runs = waiting.removeFirst()
        do {
          working.append((try start(runs), runs))
        } catch {
          end(runs, .notStarted(error.localizedDescription))
        }
      }
      if stopSignal() != nil, !isStopping {
        isStopping = true
        for (process, _) in working { kill(process.processIdentifier, SIGTERM) }
      }
      usleep(20_000)  // short beside any run, and nothing beside its work
      let gone = working.filter { !$0.process.isRunning }
      working.removeAll { entry in gone.contains { $0.process === entry.process } }
      for (process, runs) in gone {
        let number = process.terminationStatus
        end(runs, process.terminationReason == .uncaughtSignal ? .signal(number) : .status(number))
      }
    } while !working.isEmpty || (!waiting.isEmpty && stopSignal() == nil)
  }

  private func start(_ runs: [PlannedRun]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments(runs)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }
}
