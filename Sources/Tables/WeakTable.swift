import Records
import Rows
import Training

extension TablePlan {
  /// Image-level reward against methods that are given the classes of each image: the paper's claim C3.
  package static let table3 = TablePlan(
    number: 3,
    rows: { profile in
      let quick: [Row] =
        [
          .fashion32CrossEntropy, .fashion32ImageRegression, .fashion32Image, .fashion32CAM, .fashion32GradCAM,
          .fashion32GradCAMPlusPlus,
        ] + Row.fashion32Refined + [.fashion32OneStage, .fashion32CAMThenReward, .fashion32CRFThenReward]
      let more: [Row] =
        [
          .fashion64CrossEntropy, .fashion64ImageRegression, .fashion64Image, .fashion64CAM, .fashion64GradCAM,
          .fashion64GradCAMPlusPlus,
        ] + Row.fashion64Refined + [.fashion64OneStage, .fashion64CAMThenReward, .fashion64CRFThenReward]
      return profile == .quick ? quick : quick + more
    },
    make: { records in
      let labelled = records.filter { !$0.row.learnsFromTags }
      return Table(
        name: "table3", caption: "Table 3. Image-level reward against weakly supervised methods",
        columns: [
          "Data", "Method", "Given", "Seed mIoU (train)", "Oracle threshold", "Refined mIoU (train)",
          "mIoU (validation)",
          "Ratio to cross-entropy", "Tags", "Reward queries", "Seconds", "Seeds",
        ],
        rows: groups(records, methods: Recipe.Objective.allCases).map { group in
          let first = group.records[0]
          let seconds = group.records.map(\.seconds).reduce(0, +) / Double(group.records.count)
          return [
            .text(group.data), .text(group.title), .text(first.row.given),
            Table.Cell(group.values { $0.weak?.seedMeanIoU }), Table.Cell(group.values { $0.weak?.oracleSeedMeanIoU }),
            Table.Cell(group.values { $0.weak?.refinedMeanIoU }),
            Table.Cell(group.values(\.result.mIoU)), ratioCell(group, among: labelled),
            first.weak.map { .number(Double($0.tags), digits: 0) } ?? .missing,
            first.queries > 0 ? .number(Double(first.queries), digits: 0) : .missing, .number(seconds, digits: 0),
            .number(Double(group.records.count), digits: 0),
          ]
        },
        notes: [
          intervalNote,
          "Networks of weakly supervised rows learn by cross-entropy's recipe, and those whose method ends in RSS go on from there "
            + "for a fifth of the steps by image-level reward's. They learn from label maps that are made from tags, the classes of "
            + "each training image; the background's threshold is chosen on the tuning split's pixel labels. Seed mIoU is that of the activation maps; beside it, what the threshold that is best on the "
            + "training split itself would give. Refined mIoU is that of what the network learns from. Of the one-stage "
            + "method the two are those of the trained network's masks among an image's tags, before and after PAMR.",
          "Seconds are the mean wall-clock time of a run, from the data in memory to the last evaluation, classifier and "
            + "refinement included; of records that were made beside other work, they say little.",
          provenanceNote(records),
        ])
    })
}
