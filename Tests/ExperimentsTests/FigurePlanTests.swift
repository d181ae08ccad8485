import Figures
import Foundation
import FoundationXML
import Testing

@testable import Experiments

@Suite(.enabled(if: fontsAreHere, "DejaVu Sans is missing")) struct FigurePlanTests {
  @Test func namesAreUnique() {
    let names = FigurePlan.all.map(\.name)
    #expect(Set(names).count == names.count && names.first == "convergence")
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
    for text in ["FashionScenes 32 × 32", "Training steps", "Reward queries (log scale)", "3 seeds each"] {
      #expect(svg.contains(text), "\(text)")
    }
    #expect(drawing.description.contains("RSS, image-level, PSD 0.700"))
  }

  @Test func aDivergedRunIsSaid() throws {
    let runs = [try syntheticRun(.fashion32Pixel, seed: 1, mIoU: 0.5, diverging: true)]
    let svg = try FigurePlan.convergence.draw(RecordArchive(runs), Typeface.load()).svg()
    #expect(svg.contains("RSS, pixel-level: diverged at 300"))
  }

  @Test func comparisonsShowWhatExistsAndNameWhatDoesNot() throws {
    let runs = try ["ablation-none", "ablation-psr-psd-syncan"].map {
      try syntheticRun(Row.fashion32Image.named("fashion32/\($0)"), seed: 1, mIoU: 0.5)
    }
    let svg = try ComparisonFigure.mechanisms.draw(RecordArchive(runs), Typeface.load()).svg()
    #expect(svg.contains("PSR + PSD + SyncAN") && svg.contains("Not run yet: PSR; SyncAN;"))
    #expect(ComparisonFigure.mechanisms.entries.count == 8)
    #expect(Set(ComparisonFigure.mechanisms.entries.map(\.row)).count == 8)
  }

  @Test func perClassAndConfusionCountWhatTheRecordsCount() throws {
    let archive = try syntheticArchive()
    #expect(try PerClassFigure.draw(archive, Typeface.load()).svg().contains(">shape</text>"))
    let map = ConfusionFigure.map(archive.runs(of: "fashion32/image"), "")
    #expect(map.values == [[1, 0], [0.5, 0.5]])
  }
}
