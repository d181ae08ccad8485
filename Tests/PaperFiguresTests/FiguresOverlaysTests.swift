import TestSupport
import Testing

@testable import PaperFigures

@Suite struct FiguresOverlaysTests {
  @Test func imagesArePickedByRule() {
    #expect(OverlayFigure.picks([]).map(\.index) == [0])
    #expect(OverlayFigure.picks([(0.5, 0)]).map(\.index) == [0, 0, 0])
    let picks = OverlayFigure.picks([(0.9, 0), (0.1, 1), (0.5, 2), (0.1, 3), (0.7, 4)])
    #expect(picks.map(\.reason) == ["First of the split", "Median", "Worst"] && picks.map(\.index) == [0, 2, 1])
  }

  @Test func withoutCheckpointsItSaysWhichCommandsMakeThem() throws {
    let folder = try TemporaryFolder()
    let overlay = OverlayFigure(data: "fashion32", runs: folder.path)
    #expect(!overlay.canBeDrawn && overlay.rows.isEmpty)
    #expect(overlay.missingCommands.contains { $0.hasPrefix("rss train fashion32/image --seed 1") })
    #expect(OverlayFigure(data: "fashion32", runs: "runs").name == "overlays-fashion32")
  }
}
