import Metrics
import Records
import Rows

/// What the records say of one row and a level of cross-entropy's mIoU.
package struct RatioFinding: Sendable {
  package var row: Row
  /// Nil for a secondary row: it decides nothing.
  package var author: ClaimPlan.Author?
  /// Nil without a record, and without one of cross-entropy that has the same seed and steps.
  package var ratio: SeedValues?
  package var verdict: ClaimVerdict
  /// Of secondary rows: one-sided, adjusted, against "not above the level" where the ratio is above it, else against "not below".
  package var adjustedP: Double?
}

extension ClaimPlan {
  /// What decides the claim, in the plan's order; rows without a record too.
  package func primaryFindings(_ records: [RunRecord]) -> [RatioFinding] {
    primary.map { primary in
      let ratio = RecordGroup(of: primary.row, in: records)?.ratio(toCrossEntropyAmong: records)
      return RatioFinding(
        row: primary.row, author: primary.author, ratio: ratio,
        verdict: ClaimVerdict(ratio?.interval, reaching: level))
    }
  }

  /// The other rows that have records, by p values that are adjusted over all of them.
  package func secondaryFindings(_ records: [RunRecord]) -> [RatioFinding] {
    let ratios = secondary.compactMap { row in
      RecordGroup(of: row, in: records)?.ratio(toCrossEntropyAmong: records).map { (row: row, ratio: $0) }
    }
    let above = adjusted(ratios.map { PairedRatio($0.ratio.values.map { ($0.value, 1) })?.pAbove(level) })
    let below = adjusted(ratios.map { PairedRatio($0.ratio.values.map { ($0.value, 1) })?.pBelow(level) })
    return ratios.indices.map { i in
      RatioFinding(
        row: ratios[i].row, ratio: ratios[i].ratio, verdict: ClaimVerdict(pAbove: above[i], pBelow: below[i]),
        adjustedP: ratios[i].ratio.interval.mean >= level ? above[i] : below[i])
    }
  }
}

/// What the records say of image-level reward against one method that is given tags.
package struct TagsFinding: Sendable {
  package var method: Row
  /// mIoU of the rewarded row less the method's, seed by seed; nil where one has no record.
  package var difference: SeedValues?
  /// One-sided and adjusted over the methods: against "not better" and "not worse". Nil where there is no interval.
  package var better: Double?
  package var worse: Double?
}

extension TagsClaimPlan {
  /// One finding for each method, in the plan's order.
  package func findings(_ records: [RunRecord]) -> [TagsFinding] {
    func runs(_ row: Row) -> [RunRecord] { RecordGroup(of: row, in: records)?.records ?? [] }
    let differences = methods.map { SeedValues(differenceOf: runs(rewarded.row), from: runs($0)) }
    let means = differences.map { $0.flatMap { StudentMean(of: $0.values.map(\.value)) } }
    let (better, worse) = (adjusted(means.map { $0?.pAbove(0) }), adjusted(means.map { $0?.pBelow(0) }))
    return methods.indices.map {
      TagsFinding(method: methods[$0], difference: differences[$0], better: better[$0], worse: worse[$0])
    }
  }

  /// Reproduced where image-level reward is better than every method, not reproduced where some method is better than it,
  /// undecided otherwise: all by adjusted p values, and a method without a record leaves it undecided.
  package static func verdict(_ findings: [TagsFinding]) -> ClaimVerdict {
    func holds(_ p: Double?) -> Bool { p.map { $0 <= ClaimLevels.significance } ?? false }
    if findings.allSatisfy({ $0.difference == nil }) { return .noRecord }
    if findings.contains(where: { holds($0.worse) }) { return .notReproduced }
    return findings.allSatisfy { holds($0.better) } ? .reproduced : .undecided
  }
}

/// Holm's adjustment over those that are there.
private func adjusted(_ values: [Double?]) -> [Double?] {
  var left = holmAdjusted(values.compactMap(\.self))[...]
  return values.map { $0 == nil ? nil : left.popFirst() }
}
