import Records
import Rows
import Training

extension TablePlan {
  /// Supervised learning and a reward for each pixel.
  package static let table1 = TablePlan(
    number: 1,
    rows: { profile in
      let quick: [Row] = [.fashion32CrossEntropy, .fashion32Pixel, .fashion32PixelPropensity]
      let more: [Row] = [
        .fashion64CrossEntropy, .fashion64Pixel, .fashion64PixelPropensity, .camvidCrossEntropy, .camvidPixel,
        .camvidPixelPropensity,
      ]
      return profile == .quick ? quick : quick + more
    },
    make: { records in
      Table(
        name: "table1", caption: "Table 1. Pixel-level reward against supervised cross-entropy",
        columns: ["Data", "Method", "mIoU", "Pixel accuracy", "Ratio to cross-entropy", "Steps", "Seeds"],
        rows: groups(records, methods: [.crossEntropy, .pixelReward]).map { group in
          [
            .text(group.data), .text(group.title), Table.Cell(group.values(\.result.mIoU)),
            Table.Cell(group.values(\.result.pixelAccuracy)),
            ratioCell(group, among: records), .number(Double(group.steps), digits: 0),
            .number(Double(group.records.count), digits: 0),
          ]
        },
        notes: [intervalNote, provenanceNote(records)])
    })

  /// A reward for a whole image, against pixel-level learning: the paper's claim C2.
  package static let table2 = TablePlan(
    number: 2,
    rows: { profile in
      let quick: [Row] = [
        .fashion32CrossEntropy, .fashion32Pixel, .fashion32Image, .fashion32ImageRegression,
        .fashion32ImageRegression64, .fashion32ImageNaive,
      ]
      let fashion64: [Row] =
        [.fashion64CrossEntropy, .fashion64Pixel, .fashion64Image, .fashion64ImageRegression, .fashion64ImageNaive]
        + Row.fashion64Longer
      let camvid: [Row] =
        [.camvidCrossEntropy, .camvidPixel, .camvidImage, .camvidImageRegression, .camvidImageNaive] + Row.camvidLonger
      return profile == .quick ? quick : quick + Row.fashion32Longer + fashion64 + camvid
    },
    make: { records in
      Table(
        name: "table2", caption: "Table 2. Image-level reward against pixel-level learning",
        columns: [
          "Data", "Method", "Maps", "mIoU", "Background IoU", "Pixel accuracy", "Ratio to cross-entropy",
          "Reward queries", "Seeds",
        ],
        rows: groups(records, methods: Recipe.Objective.allCases).map { group in
          let first = group.records[0]
          let isImage = first.row.recipe.objective == .imageReward
          return [
            .text(group.data), .text(group.title),
            isImage ? .number(Double(first.row.recipe.maps), digits: 0) : .missing,
            Table.Cell(group.values(\.result.mIoU)), Table.Cell(group.values(\.result.backgroundIoU)),
            Table.Cell(group.values(\.result.pixelAccuracy)), ratioCell(group, among: records),
            first.queries > 0 ? .number(Double(first.queries), digits: 0) : .missing,
            .number(Double(group.records.count), digits: 0),
          ]
        },
        notes: [
          intervalNote,
          "Steps are \(stepsText(records)), where the method doesn't say others. \(ClaimLevels.approachesReason)",
          "A reward query is one reward asked for: a pixel's for pixel-level reward, a whole map's for image-level "
            + "reward. Cross-entropy is given every label.",
          provenanceNote(records),
        ])
    })
}
