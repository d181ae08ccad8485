import Figures
import Testing

@testable import Experiments

@Suite struct ActionMapsFigureTests {
  @Test func moments() {
    #expect(ActionMapsFigure.steps(of: 500) == [5, 50, 125, 250, 500])
    #expect(ActionMapsFigure.steps(of: 1) == [1])
    #expect(ActionMapsFigure.steps(of: 3) == [1, 2, 3])
  }

  @Test(.enabled(if: fontsAreHere, "DejaVu Sans is missing")) func aShortRun() throws {
    let data = try rectangleFolder()
    let row = tinyRow(data.path, .imageReward, name: "tiny/image", steps: 4)
    let svg = try ActionMapsFigure(row: row).draw(Typeface.load()).svg()
    #expect(svg.contains(">Step 4</text>") && svg.contains("reward 0.") && svg.contains("log K"))
    #expect(try ActionMapsFigure(row: row).draw(Typeface.load()).svg() == svg, "the same bits each time")
  }
}
