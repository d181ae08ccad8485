import Figures
import Foundation
import FoundationXML
import Records
import Rows
import TestSupport
import Testing

@testable import PaperFigures

@Suite(.enabled(if: fontsAreHere, "DejaVu Sans is missing")) struct FigurePlanTests {
  @Test func namesAreUnique() {
    let names = FigurePlan.all.map(\.name)
    #expect(Set(names).count == names.count && names.first == "convergence")
  }

  /// A row that a figure names and that isn't one would leave a gap that looks like a run that is still missing.
  @Test func everyNamedRowExists() {
    for plan in FigurePlan.all {
      #expect(!plan.named.isEmpty, "\(plan.name)")
      for row in plan.named { #expect(Row.all.contains(row), "\(plan.name) names \(row.name)") }
    }
    for method in Method.allCases {
      let data = method.rows.map(\.data.name)
      #expect(!data.isEmpty && Set(data).count == data.count, "\(method.label)")
    }
  }

  /// What is listed is among what is named.
  @Test func listedRowsAreNamed() throws {
    let archive = RecordArchive(try Row.all.map { try syntheticRun($0, seed: 1, mIoU: 0.5) })
    for plan in FigurePlan.all {
      let listed = plan.rows(archive)
      #expect(!listed.isEmpty && Set(listed).isSubset(of: plan.named.map(\.name)), "\(plan.name)")
      #expect(try !plan.draw(archive, Typeface.load()).svg().contains("No record yet"), "\(plan.name)")
    }
  }

  @Test func withoutAnyRecordAFigureSaysSo() throws {
    for plan in FigurePlan.all {
      let svg = try plan.draw(RecordArchive(), Typeface.load()).svg()
      #expect(svg.contains("No record yet"), "\(plan.name)")
      #expect(plan.rows(RecordArchive()).isEmpty)
    }
  }

  @Test func sameRecordsSameBytes() throws {
    for plan in FigurePlan.all {
      let one = try plan.draw(syntheticArchive(), Typeface.load())
      let two = try plan.draw(syntheticArchive(), Typeface.load())
      #expect(try one.svg() == two.svg() && one.png() == two.png(), "\(plan.name)")
      #expect(XMLParser(data: Data(try one.svg().utf8)).parse(), "\(plan.name)")
    }
  }

  @Test func convergenceSaysWhatItShows() throws {
    let drawing = FigurePlan.convergence.draw(try syntheticArchive(), try Typeface.load())
    #expect(drawing.title.contains("95%"), "\(drawing.title)")
    let svg = try drawing.svg()
    for text in [
      "FashionScenes 32 × 32", "Training steps", "Reward queries (log scale)", "3 seeds each",
      "mIoU, a reward for each map", "those that all compared rows",
    ] {
      #expect(svg.contains(text), "\(text)")
    }
    #expect(drawing.description.contains("RSS, image-level, PSD 0.700"))
  }

  @Test func aDivergedRunIsSaid() throws {
    let runs = [try syntheticRun(.fashion32Pixel, seed: 1, mIoU: 0.5, diverging: true)]
    let svg = try FigurePlan.convergence.draw(RecordArchive(runs), Typeface.load()).svg()
    #expect(svg.contains("RSS, pixel-level: diverged at 300"))
  }

  /// Our estimators stand beside the paper's methods wherever they are recorded.
  @Test func convergenceShowsOurEstimators() throws {
    let runs = try [Row.fashion32PixelPropensity, .fashion32ImageRegression, .fashion32ImageRegression64].map {
      try syntheticRun($0, seed: 1, mIoU: 0.7)
    }
    let svg = try FigurePlan.convergence.draw(RecordArchive(runs), Typeface.load()).svg()
    for method in [Method.propensity, .regression, .regression64] {
      #expect(svg.contains(">\(method.label)</text>"), "\(method.label)")
    }
  }

  @Test func estimatorsShowWhatExistsAndNameWhatDoesNot() throws {
    var runs = [
      try syntheticRun(.fashion32CrossEntropy, seed: 1, mIoU: 0.8),
      try syntheticRun(.fashion32Image, seed: 1, mIoU: 0.6),
    ]
    let one = FigurePlan.estimators.draw(RecordArchive(runs), try Typeface.load())
    #expect(one.title == "What an estimator makes of rewards on FashionScenes 32 × 32")
    #expect(try one.svg().contains("No record yet"), "the panels of the others")
    runs += try ["psd-image-m16", "image-regression"].enumerated().map { n, name in
      try syntheticRun(Row.fashion32Image.named("fashion32/\(name)"), seed: 1, mIoU: 0.5 + 0.21 * Double(n))
    }
    let three = FigurePlan.estimators.draw(RecordArchive(runs), try Typeface.load())
    #expect(
      three.title
        == "PSD with regression makes the most of 16 maps on FashionScenes 32 × 32: 89% of cross-entropy"
    )
    #expect(try three.svg().contains("Not run yet: PSD, SyncAN over the batch: 2, 4, 64, 256"))
    #expect(FigurePlan.estimators.rows(RecordArchive(runs)).count == 4)
    // More maps that give less aren't what the headline is about.
    runs += try ["psd-m64", "psd-image-m64", "image-regression-64"].map {
      try syntheticRun(Row.fashion32Image.named("fashion32/\($0)"), seed: 1, mIoU: 0.65)
    }
    #expect(FigurePlan.estimators.draw(RecordArchive(runs), try Typeface.load()).title == three.title)
  }

  /// Ratios are of runs of as many steps; a data set with runs of one length alone isn't drawn.
  @Test func trainingLengthComparesEqualSteps() throws {
    let lengths: [(row: String, ce: Double, image: Double)] = [("", 0.6, 0.3), ("-2000", 0.8, 0.72)]
    var runs = [
      try syntheticRun(.fashion64CrossEntropy, seed: 1, mIoU: 0.5),
      try syntheticRun(.fashion64Image, seed: 1, mIoU: 0.4),
    ]
    #expect(FigurePlan.trainingLength.rows(RecordArchive(runs)).isEmpty)
    for (suffix, ce, image) in lengths {
      runs.append(try syntheticRun(Row.named("fashion32/ce\(suffix)"), seed: 1, mIoU: ce))
      runs.append(try syntheticRun(Row.named("fashion32/image\(suffix)"), seed: 1, mIoU: image))
    }
    let archive = RecordArchive(runs)
    #expect(
      FigurePlan.trainingLength.rows(archive) == [
        "fashion32/ce", "fashion32/ce-2000", "fashion32/image", "fashion32/image-2000",
      ])
    let drawing = FigurePlan.trainingLength.draw(archive, try Typeface.load())
    #expect(drawing.title == "Longer training takes image-level reward from 50% to 90% of cross-entropy's mIoU")
    // The headline is true of every line: another method that is worse is in its range.
    runs.append(try syntheticRun(.fashion32ImageRegression, seed: 1, mIoU: 0.24))
    runs.append(try syntheticRun(.fashion32ImageRegression.trained(for: 2000), seed: 1, mIoU: 0.64))
    #expect(
      FigurePlan.trainingLength.draw(RecordArchive(runs), try Typeface.load()).title
        == "Longer training takes image-level reward from 40–50% to 80–90% of cross-entropy's mIoU")
    #expect(drawing.description.contains("RSS, image-level, PSD: 500 steps 0.300, 2000 steps 0.720"))
    let svg = try drawing.svg()
    #expect(svg.contains("FashionScenes 32 × 32, 16 maps") && !svg.contains("64 × 64"))
  }

  @Test func comparisonsShowWhatExistsAndNameWhatDoesNot() throws {
    let runs = try ["ablation-none", "ablation-psr-psd-syncan"].map {
      try syntheticRun(Row.fashion32Image.named("fashion32/\($0)"), seed: 1, mIoU: 0.5)
    }
    let svg = try ComparisonFigure.mechanisms.draw(RecordArchive(runs), Typeface.load()).svg()
    #expect(svg.contains("PSR + PSD + SyncAN") && svg.contains("Not run yet: PSR; SyncAN;"))
    #expect(ComparisonFigure.mechanisms.entries.count == 8)
    #expect(Set(ComparisonFigure.mechanisms.entries.map(\.row.name)).count == 8)
  }

  /// The longest runs that cross-entropy and a reward both have, and no data set with runs of one length alone.
  @Test func longestTrainingByClassComparesEqualSteps() throws {
    let longest = PerClassFigure.all[1]
    let names = [
      "camvid/ce", "camvid/image", "fashion32/ce", "fashion32/image", "fashion32/ce-1000", "fashion32/ce-2000",
    ]
    var runs = try names.map { try syntheticRun(Row.named($0), seed: 1, mIoU: 0.5) }
    #expect(longest.plan.rows(RecordArchive(runs)).isEmpty, "no reward has longer training")
    runs.append(try syntheticRun(Row.named("fashion32/image-regression-1000"), seed: 1, mIoU: 0.5))
    let archive = RecordArchive(runs)
    #expect(longest.plan.rows(archive) == ["fashion32/ce-1000", "fashion32/image-regression-1000"])
    let svg = try longest.draw(archive, Typeface.load()).svg()
    #expect(svg.contains("FashionScenes 32 × 32, 1000 steps") && !svg.contains("CamVid"))
    #expect(!svg.contains(">\(Method.image.label)</text>"), "PSD has no run of these steps")
  }

  @Test func perClassAndConfusionCountWhatTheRecordsCount() throws {
    let archive = try syntheticArchive()
    #expect(try PerClassFigure.all[0].draw(archive, Typeface.load()).svg().contains(">shape</text>"))
    let map = ConfusionFigure.map(archive.runs(of: .fashion32Image), "")
    #expect(map.values == [[1, 0], [0.5, 0.5]])
  }

  /// A level and what is compared with it are of the same seeds: a lucky seed of one side doesn't move it.
  @Test func levelsAreOfTheSameSeeds() throws {
    var runs = try (1...3).map { try syntheticRun(.fashion32Image, seed: $0, mIoU: 0.5) }
    runs += try (1...4).map { try syntheticRun(.fashion32CrossEntropy, seed: $0, mIoU: $0 == 4 ? 0.9 : 0.6) }
    let drawing = FigurePlan.convergence.draw(RecordArchive(runs), try Typeface.load())
    #expect(drawing.description.contains("Cross-entropy (labels) 0.600"), "\(drawing.description)")
    #expect(drawing.title.contains("83% of cross-entropy's mIoU"))
    #expect(try drawing.svg().contains("3 seeds each"))
  }

  /// Pixels and patches aren't learned from alike, and the figure says so.
  @Test func granularitySaysWhatElseChanges() throws {
    let granularity = ComparisonFigure.granularity
    #expect(granularity.entries.map(\.row).contains(.fashion32PixelPropensity))
    #expect(granularity.headline.contains("estimator and maps change") && granularity.caption.contains("16 maps"))
    #expect(granularity.entries[0].label == "each pixel" && granularity.entries[1].label == "each pixel, weighted")
  }

  /// More entries than there are colours: each has a look of its own all the same.
  @Test func everyEntryHasALookOfItsOwn() throws {
    let row = ComparisonFigure.granularity
    let runs = try row.entries.map { try syntheticRun($0.row, seed: 1, mIoU: 0.5) }
    let svg = try row.draw(RecordArchive(runs), Typeface.load()).svg()
    #expect(row.entries.count > 6)
    for label in row.entries.map(\.label) { #expect(svg.contains(">\(label)</text>"), "\(label)") }
    let styles = row.styles(of: row.entries)
    for (i, style) in styles.enumerated() {
      #expect(!styles.dropFirst(i + 1).contains(style), "\(row.entries[i].label)")
    }
  }
}
