import Rows
import Testing

@testable import Tables

@Suite struct ClaimPlanTests {
  /// One row of the paper's method and one of ours for each data set, each with a reason.
  @Test func oneRowOfEachAuthorOnEachDataSet() {
    for plan in ClaimPlan.all {
      let keys = plan.primary.map { "\($0.row.data.name) \($0.author.rawValue)" }
      #expect(Set(keys).count == keys.count && keys.count == 6, "\(plan.name)")
      #expect(plan.primary.allSatisfy { !$0.reason.isEmpty } && !plan.levelReason.isEmpty)
    }
    let keys = TagsClaimPlan.all.map { "\($0.rewarded.row.data.name) \($0.rewarded.author.rawValue)" }
    #expect(Set(keys).count == 4)
  }

  @Test func authorsAreWhoseEstimatorItIs() {
    for primary in ClaimPlan.all.flatMap(\.primary) + TagsClaimPlan.all.map(\.rewarded) {
      let recipe = primary.row.recipe
      let isOurs = recipe.advantage == .regression || recipe.propensityFloor > 0
      #expect((primary.author == .project) == isOurs, "\(primary.row.name)")
    }
  }

  /// A row that doesn't exist can't decide anything; none is primary and secondary at once.
  @Test func everyRowExistsAndCountsOnce() {
    for plan in ClaimPlan.all {
      let rows = plan.primary.map(\.row) + plan.secondary
      #expect(rows.allSatisfy(Row.all.contains) && Set(rows.map(\.name)).count == rows.count, "\(plan.name)")
      #expect(rows.allSatisfy { !$0.isCrossEntropy && !$0.learnsFromTags })
    }
    for plan in TagsClaimPlan.all {
      #expect(Row.all.contains(plan.rewarded.row) && plan.methods.allSatisfy(Row.all.contains))
    }
  }

  @Test func whatIsComparedHasAsManySteps() {
    for plan in ClaimPlan.all {
      for row in plan.primary.map(\.row) + plan.secondary {
        let labelled = Row.all.filter {
          $0.isCrossEntropy && $0.data == row.data && $0.recipe.steps == row.recipe.steps
        }
        #expect(labelled.count == 1, "\(row.name)")
      }
    }
    for plan in TagsClaimPlan.all {
      #expect(plan.methods.count == 7)
      for method in plan.methods {
        #expect(method.data == plan.rewarded.row.data && method.recipe.steps == plan.rewarded.row.recipe.steps)
        // Given tags alone: whoever learns from rewards after them isn't what the claim is about.
        #expect(method.learnsFromTags && method.recipe.objective == .crossEntropy)
      }
    }
  }

  @Test func theLevelIsOurs() {
    #expect(ClaimPlan.pixelSupervision.level == 0.98)
    #expect(ClaimLevels.approachesReason.hasPrefix("98% is our level"))
    #expect(ClaimLevels.approachesReason.contains("machine-made summary"))
  }
}
