import Runs

extension Reproduction {
  /// Gives what is to be done to processes, bundle by bundle.
  ///
  /// They say themselves what became of each run, and note it in its folder, where this looks when they have ended. Of
  /// a process that ended before its time the run that it was at has failed, and those behind it get another one.
  func runInProcesses(
    of pool: ProcessPool, _ attempts: [Attempt], _ outcome: inout Outcome, _ report: (Event) -> Void
  ) {
    var todo: [Attempt] = []
    for attempt in attempts {
      do {
        if try !attempt.isSettled(&outcome, report) { todo.append(attempt) }
      } catch {
        attempt.fail("\(error)", &outcome, report)
      }
    }
    let stopSignal = keeping.stopSignal
    pool.run(todo.map(\.run).bundles, stopSignal: stopSignal) { runs, ending in
      for (offset, run) in runs.enumerated() {
        guard let attempt = todo.first(where: { $0.run == run }), !attempt.isSettledByAnother(&outcome) else {
          continue
        }
        if stopSignal() != nil { continue }
        attempt.fail("\(ending)", &outcome, report)
        return Array(runs[(offset + 1)...])
      }
      return []
    }
    let settled = outcome.finished + outcome.failures.count + outcome.held.count
    if settled < attempts.count { outcome.signal = stopSignal() }
  }
}
