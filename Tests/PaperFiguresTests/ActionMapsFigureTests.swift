import Figures
import Images
import TestSupport
import Testing

@testable import PaperFigures

@Suite struct ActionMapsFigureTests {
  @Test func moments() {
    #expect(ActionMapsFigure.steps(of: 500) == [5, 75, 125, 250, 500])
    #expect(ActionMapsFigure.steps(of: 1) == [1])
    #expect(ActionMapsFigure.steps(of: 3) == [1, 2, 3])
  }

  @Test func whereAPairDiffers() {
    func map(_ classes: [UInt8]) -> LabelMap { LabelMap(width: 3, height: 1, classes: classes) }
    let moment = ActionMapsFigure.Moment(
      step: 1, cells: 0, maps: [map([0, 1, 2]), map([0, 2, 1])], rewards: [0.5, 0.25], entropy: [1, 0, 0.5])
    #expect(moment.difference(same: 9).classes == [9, 2, 1])
    #expect(moment.gain == -0.25 && moment.meanEntropy == 0.5)
  }

  @Test(.enabled(if: fontsAreHere, "DejaVu Sans is missing")) func aShortRun() throws {
    let data = try rectangleFolder()
    let row = tinyRow(data.path, .imageReward, name: "tiny/image", steps: 4)
    let svg = try ActionMapsFigure(row: row).draw(Typeface.load()).svg()
    #expect(svg.contains(">Step 4</text>") && svg.contains("each pixel: 0.") && svg.contains("log K"))
    #expect(svg.contains("% differ: ") && svg.contains("With PSR before it"))
    #expect(try ActionMapsFigure(row: row).draw(Typeface.load()).svg() == svg, "the same bits each time")
  }
}
