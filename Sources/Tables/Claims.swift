import Metrics
import Records
import Rows

/// The paper's claims, what was measured here about each, and whether that reproduces it: `paper/claims.md`, a function of
/// records alone.
package struct Claims: Sendable {
  private let records: [RunRecord]

  package init(_ records: [RunRecord]) { self.records = records }

  package var markdown: String {
    let parts = [convergence, level, weakSupervision, background, environment]
    return """
      # The paper's claims, and what we find

      Made by `rss tables` from the records in `paper/records/`; our data and scale, not the paper's. The claims are in our
      words, from the paper's abstract. Intervals are 95% bootstrap intervals over seeds, ratios are of mean mIoU with seeds
      paired.

      \(parts.map { "## \($0.claim)\n\n**\($0.verdict)**\n\n\($0.evidence.map { "- \($0)" }.joined(separator: "\n"))" }
        .joined(separator: "\n\n"))

      """
  }

  private struct Finding {
    var claim: String
    var verdict: String
    var evidence: [String]
  }

  /// Part of cross-entropy's mIoU from which on a run is said to have converged: well above what naive reward gets.
  private static let converged = 0.8
  /// What the paper's abstract gives as about 98%.
  private static let claimedLevel = 0.98

  /// Every recorded row that learns by reward and isn't the naive one, which the method is to improve on.
  private var convergence: Finding {
    let rows = [DataSource.fashion32, .fashion64, .folder("camvid")].flatMap { data in
      records(on: data).filter { $0.isReward && !$0.isNaive }
    }
    func verdict(_ rows: [Group], _ whose: String) -> String? {
      let failed = rows.filter { ($0.ratio?.mean ?? 0) < Self.converged }.map(\.name)
      guard !rows.isEmpty else { return nil }
      return "\(whose): \(rows.count - failed.count) of \(rows.count) rows"
        + (failed.isEmpty ? "" : ", not \(failed.joined(separator: ", "))")
    }
    let verdicts = [
      verdict(rows.filter { !$0.isOurs }, "the paper's methods"), verdict(rows.filter(\.isOurs), "our estimators"),
    ].compactMap(\.self)
    return Finding(
      claim: "C1. Both levels of reward converge",
      verdict: verdicts.isEmpty
        ? "No record."
        : "Converged, that is, at least 80% of cross-entropy's mIoU: \(verdicts.joined(separator: "; ")).",
      evidence: rows.map(\.text))
  }

  private var level: Finding {
    let rows = [DataSource.fashion32, .fashion64, .folder("camvid")].flatMap { data in
      records(on: data).filter(\.isImage)
    }
    let reached = rows.filter { ($0.ratio?.mean ?? 0) >= Self.claimedLevel }
    // A wide interval doesn't reproduce the claim, and doesn't refute it either.
    let undecided = rows.filter { row in
      row.ratio.map { $0.mean < Self.claimedLevel && $0.upper >= Self.claimedLevel } ?? false
    }
    func byWhom(_ groups: [Group]) -> String {
      "\(names(groups.filter { !$0.isOurs })) with the paper's method and \(names(groups.filter(\.isOurs))) with our estimator"
    }
    return Finding(
      claim: "C2. Image-level reward reaches about 98% of pixel-level supervised learning",
      verdict: rows.isEmpty
        ? "No record."
        : (reached.isEmpty ? "Not reproduced at this scale" : "Reproduced by \(byWhom(reached))")
          + (undecided.isEmpty ? "" : "; undecided, the interval holds 98%, for \(byWhom(undecided))") + ".",
      evidence: rows.map(\.text))
  }

  private func names(_ groups: [Group]) -> String {
    groups.isEmpty
      ? "no row"
      : groups.map { group in
        let mean = group.ratio.map { Table.Cell.number($0.mean, digits: 3).plain } ?? "–"
        return "\(group.name) (\(mean), \(group.records.count == 1 ? "1 seed" : "\(group.records.count) seeds"))"
      }.joined(separator: ", ")
  }

  private var weakSupervision: Finding {
    // Of equal steps: networks learn from tags for as many as the data set's first rows have.
    let groups = [DataSource.fashion32, .fashion64].map { data in
      (
        records(on: data).filter { $0.isImage && !Row.longer.contains($0.row) },
        records(of: Row.allWeak.filter { $0.data == data })
      )
    }.filter { !$0.0.isEmpty && !$0.1.isEmpty }
    let verdicts = groups.map { rewarded, weak -> String in
      let best = rewarded.compactMap(\.mIoU).max { $0.mean < $1.mean }
      let rival = weak.filter { $0.row.recipe.objective == .crossEntropy }.compactMap(\.mIoU).max { $0.mean < $1.mean }
      guard let best, let rival else { return "" }
      let name = rewarded[0].row.data.name
      return best.lower > rival.upper
        ? "Reproduced on \(name), where the intervals don't overlap." : "Not shown on \(name): the intervals overlap."
    }
    return Finding(
      claim: "C3. Image-level reward is better than weak supervision by image-level signals",
      verdict: verdicts.isEmpty ? "No record." : verdicts.joined(separator: " "),
      evidence: groups.flatMap { ($0.0 + $0.1).map(\.text) } + [
        "The two are given different things: weak supervision the classes of an image, reward the scores of masks. The score "
          + "of a mask says more, and costs a truth to compare with, or somebody who judges masks."
      ])
  }

  private var background: Finding {
    let data = [DataSource.fashion32, .fashion64].map { data in
      (labelled: records(on: data).filter(\.isCrossEntropy), rewarded: records(on: data).filter(\.isImage))
    }.filter { !$0.labelled.isEmpty && !$0.rewarded.isEmpty }
    let failed = data.flatMap { labelled, rewarded in
      rewarded.filter { row in
        let reference = labelled.first { $0.row.recipe.steps == row.row.recipe.steps } ?? labelled[0]
        guard let own = row.background?.mean, let reference = reference.background?.mean else { return true }
        return own < Self.claimedLevel * reference
      }
    }.map(\.name)
    return Finding(
      claim: "C4. It handles background content",
      verdict: data.isEmpty
        ? "No record."
        : failed.isEmpty
          ? "Consistent (at least 98% of cross-entropy's background IoU), on an easier background than Pascal Context's."
          : "Not reproduced by \(failed.joined(separator: ", ")): below 98% of cross-entropy's background IoU.",
      evidence: data.flatMap { $0.labelled + $0.rewarded }.compactMap { group in
        group.background.map { "`\(group.name)`: background IoU \(Table.Cell.interval($0).plain)" }
      })
  }

  private var environment: Finding {
    Finding(
      claim: "C5. Reward from an environment instead of from labels (future work in the paper)",
      verdict:
        "Possible here: `rss train --reward-command`; a program that holds the labels gives the same bits as the "
        + "built-in score (`.ci/run` checks it).",
      evidence: ["Protocol: `paper/reward-protocol.md`; example: `data-scripts/reward_server.py`."])
  }

  /// The rows of a data set that have records.
  private func records(on data: DataSource) -> [Group] {
    records(of: (Row.main + Row.ours).filter { $0.data == data })
  }

  private func records(of rows: [Row]) -> [Group] {
    rows.compactMap { row in
      let mine = records.filter { $0.isOf(row) }
      return mine.isEmpty ? nil : Group(row: row, records: mine, all: records)
    }
  }

  private struct Group {
    var row: Row
    var records: [RunRecord]
    var all: [RunRecord]

    var name: String { row.name }
    var isImage: Bool {
      !row.learnsFromTags && row.recipe.objective == .imageReward && !isNaive
    }
    var isReward: Bool { row.recipe.objective != .crossEntropy }
    /// Whether it learns by an estimator that isn't the paper's.
    var isOurs: Bool { row.recipe.advantage == .regression || row.recipe.propensityFloor > 0 }
    var isCrossEntropy: Bool { row.recipe.objective == .crossEntropy }
    var isNaive: Bool { row.recipe.objective == .imageReward && row.recipe.advantage == .naive }
    private var group: RecordGroup { RecordGroup(data: row.data.name, title: row.title, records: records) }
    var ratio: Interval? { group.ratio(toCrossEntropyAmong: all) }
    var mIoU: Interval? { bootstrapInterval(records.compactMap(\.result.mIoU)) }
    var background: Interval? { bootstrapInterval(records.compactMap(\.result.backgroundIoU)) }
    var text: String {
      let score = group.interval(\.result.mIoU).plain
      let ratio =
        ratio.map { "ratio to cross-entropy \(Table.Cell.interval($0).plain)" } ?? "no cross-entropy beside it"
      let queries =
        row.recipe.objective == .imageReward ? ", \(records[0].queries) reward queries" : ""
      let seeds = records.count == 1 ? "1 seed" : "\(records.count) seeds"
      return "`\(name)` (\(row.title)\(queries)): mIoU \(score), \(ratio), \(seeds)"
    }
  }
}
