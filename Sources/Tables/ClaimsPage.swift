import Foundation
import Records
import Rows

/// The paper's claims, what was measured here about each, and whether that reproduces it: `paper/claims.md`, a function of records
/// and of what `ClaimPlan` fixed before.
package struct ClaimsPage: Sendable {
  private let records: [RunRecord]

  package init(_ records: [RunRecord]) { self.records = records }

  package var markdown: String {
    """
    # The paper's claims, and what we find

    Made by `rss tables` from `paper/records/`; our data and scale, not the paper's; the claims in our words, from its abstract.
    “Ours” is an estimator of this project. Student t intervals of 95%, over seeds; ratios and differences are paired by seed.

    \(summary.markdown)
    ## How it is decided

    One row of the paper's method and one of ours for each claim and data set, fixed in `Sources/Tables/ClaimPlan.swift` with the
    reason on 2026-11-25, when three to five seeds were known and the others not yet run. **Reproduced** where the lower bound reaches the level, **not reproduced** where the upper bound stays below it,
    **undecided** otherwise, and always with one or two seeds. C3: the paired difference to every method that is given tags
    alone is above 0, after Holm's adjustment over the methods. Intervals are about other seeds of the same data and split.

    - C1: \(ClaimLevels.convergedReason)
    - C2: \(ClaimLevels.approachesReason)
    \(plans)

    ## C1 and C2: the other rows

    They decide nothing. p is one-sided, against “not above the level” or “not below” it, whichever side the ratio is on, and
    adjusted by Holm over all rows of its table; above or below from \(ClaimLevels.significance) down.

    \(ClaimPlan.all.map(secondary).filter { !$0.rows.isEmpty }.map(\.markdown).joined(separator: "\n"))
    ## C3: method by method

    The two are given different things: weak supervision the classes of an image, reward the scores of masks. The score of a mask says
    more, and costs a truth to compare with, or somebody who judges masks.

    \(TagsClaimPlan.all.map(methods).map(\.markdown).joined(separator: "\n"))
    ## C4 and C5

    C4: FashionScenes' background is what lies below the garments' threshold, by construction, and CamVid has no class of background: no
    background here is content, as Pascal Context's is. Its IoU by method is in Table 2.

    C5: `rss train --reward-command` learns from a program that answers with scores (`paper/reward-protocol.md`); one that holds the
    labels gives the same bits as the built-in score, which `.ci/run` checks. Learning from something else than labels hasn't been
    measured yet.

    """
  }

  // The table of one screen ----------------------------------------------------------------------------------------------

  private var summary: Table {
    let ratios = ClaimPlan.all.flatMap { plan in
      plan.primaryFindings(records).map { finding -> [Table.Cell] in
        [
          .text("\(plan.name), \(percent(plan.level))"), .text(finding.row.data.name),
          .text(finding.author?.rawValue ?? ""), .text(finding.row.name), .text("cross-entropy"),
          Table.Cell(finding.ratio),
          .text(seeds(finding.ratio)), .text(finding.verdict.rawValue),
        ]
      }
    }
    let differences = TagsClaimPlan.all.map { plan -> [Table.Cell] in
      let findings = plan.findings(records)
      let least = findings.filter { $0.difference != nil }
        .min { ($0.difference?.interval.mean ?? 0) < ($1.difference?.interval.mean ?? 0) }
      return [
        .text("C3"), .text(plan.rewarded.row.data.name), .text(plan.rewarded.author.rawValue),
        .text(plan.rewarded.row.name), .text(least?.method.title ?? "–"), difference(least?.difference),
        .text(seeds(least?.difference)), .text(words(TagsClaimPlan.verdict(findings), findings)),
      ]
    }
    return Table(
      name: "claims", caption: "Each claim, what decides it, and the verdict",
      columns: ["Claim, level", "Data", "Method", "Row", "Against", "Ratio; C3: difference", "Seeds", "Verdict"],
      rows: ratios + differences + [
        ["C4", "fashion32, fashion64, camvid", "–", "–", "–", "–", "–", "not tested by this data"].map { .text($0) },
        ["C5", "any", "–", "–", "–", "–", "–", "possible; not measured yet"].map { .text($0) },
      ],
      notes: [
        "C1: both levels of reward converge. C2: image-level reward approaches pixel-level supervision. C3: it is better than weak "
          + "supervision by tags; the row shows the method that comes closest. C4: it handles background content. C5: reward may come "
          + "from an environment."
      ])
  }

  /// Which rows decide, and why those.
  private var plans: String {
    let reasons =
      ClaimPlan.all.flatMap { plan in plan.primary.map { (plan.name, $0.reason) } }
      + TagsClaimPlan.all.map { ("C3", $0.rewarded.reason) }
    let order = reasons.map(\.1).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return order.map { reason in
      let names = reasons.filter { $0.1 == reason }.map(\.0).reduce(into: [String]()) {
        if !$0.contains($1) { $0.append($1) }
      }
      return "- The rows of \(names.joined(separator: " and of ")): \(reason)."
    }.joined(separator: "\n")
  }

  // Evidence -------------------------------------------------------------------------------------------------------------

  private func secondary(_ plan: ClaimPlan) -> Table {
    Table(
      name: "claims", caption: "\(plan.name). \(plan.claim): other rows against \(percent(plan.level))",
      columns: ["Row", "Method", "Ratio to cross-entropy", "Seeds", "p", "Where it is"],
      rows: plan.secondaryFindings(records).map { finding in
        [
          .text(finding.row.name), .text(finding.row.title), Table.Cell(finding.ratio), .text(seeds(finding.ratio)),
          .text(pValue(finding.adjustedP)), .text(side(finding.verdict)),
        ]
      })
  }

  private func methods(_ plan: TagsClaimPlan) -> Table {
    let row = plan.rewarded.row
    return Table(
      name: "claims",
      caption: "C3 on \(row.data.name), \(plan.rewarded.author.rawValue): \(row.name) less each method's mIoU",
      columns: ["Row", "Method", "Difference", "Seeds", "p, not better", "p, not worse"],
      rows: plan.findings(records).map { finding in
        [
          .text(finding.method.name), .text(finding.method.title), difference(finding.difference),
          .text(seeds(finding.difference)), .text(pValue(finding.better)), .text(pValue(finding.worse)),
        ]
      })
  }

  // Words ----------------------------------------------------------------------------------------------------------------

  private func words(_ verdict: ClaimVerdict, _ findings: [TagsFinding]) -> String {
    func names(_ holds: (TagsFinding) -> Bool) -> String {
      findings.filter(holds).map(\.method.title).joined(separator: "; ")
    }
    func isSmall(_ p: Double?) -> Bool { p.map { $0 <= ClaimLevels.significance } ?? false }
    switch verdict {
    case .undecided: return "undecided against \(names { !isSmall($0.better) })"
    case .notReproduced: return "not reproduced: better is \(names { isSmall($0.worse) })"
    case .reproduced, .noRecord: return verdict.rawValue
    }
  }

  private func side(_ verdict: ClaimVerdict) -> String {
    switch verdict {
    case .reproduced: "above"
    case .notReproduced: "below"
    case .undecided, .noRecord: verdict.rawValue
    }
  }

  private func seeds(_ values: SeedValues?) -> String { values.map { "\($0.values.count)" } ?? "–" }

  private func difference(_ values: SeedValues?) -> Table.Cell { values.map(Table.Cell.difference) ?? .missing }

  private func pValue(_ p: Double?) -> String {
    guard let p else { return "–" }
    return p < 0.001 ? "< 0.001" : Table.Cell.number(p, digits: 3).plain
  }

  private func percent(_ level: Double) -> String { "\(Int((100 * level).rounded()))%" }
}
