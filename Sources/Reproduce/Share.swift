import Support

/// Task K of N: its part of a list of runs.
///
/// Bundles are dealt in the list's order, each to the task that has the fewest runs so far, of equal ones to the first.
/// So where nothing is shared a task has every N-th run; where runs share a classifier they fall to one task. The cut
/// follows from the list and N alone, whatever has been run: tasks that start at different times agree on it.
package struct Share: Sendable, Equatable {
  /// From 1 to `count`.
  package let number: Int
  package let count: Int

  /// Far more than runs in any list, and about what Slurm's largest arrays have.
  private static let most = 1_000_000

  /// - Parameter text: `K/N`, as `--task` takes it.
  /// - Throws: `InputError` for anything else, and for K outside 1 to N.
  package init(_ text: String) throws {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1], (1...Self.most).contains(count),
      (1...count).contains(number)
    else {
      throw InputError(
        "--task", found: text, expected: "K/N with K from 1 to N, such as 2/4",
        advice: "In a Slurm array with --array=1-4: --task $SLURM_ARRAY_TASK_ID/4.")
    }
    (self.number, self.count) = (number, count)
  }

  func runs(of list: [PlannedRun]) -> [PlannedRun] {
    let bundles = list.bundles
    // A task beyond the number of bundles gets none.
    var shares = [[PlannedRun]](repeating: [], count: min(count, bundles.count))
    for bundle in bundles {
      guard let least = shares.indices.min(by: { shares[$0].count < shares[$1].count }) else { break }
      shares[least] += bundle
    }
    return number <= shares.count ? shares[number - 1].sorted { $0.index < $1.index } : []
  }
}
