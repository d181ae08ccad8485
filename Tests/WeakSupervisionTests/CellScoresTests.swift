import Testing

@testable import WeakSupervision

@Suite struct CellScoresTests {
  @Test func meansOverCells() {
    let scores = ClassScores(height: 3, width: 3, classes: 1, values: [1, 3, 5, 5, 7, 9, 2, 4, 11])
    #expect(scores.averaged(overCellsOf: 2).values == [4, 7, 3, 11])
    #expect(scores.averaged(overCellsOf: 1) == scores)
    #expect(scores.averaged(overCellsOf: 8).values == [Float(47.0 / 9)])
  }

  @Test func bilinearBetweenCentres() {
    let cells = ClassScores(height: 1, width: 2, classes: 2, values: [0, 10, 4, 30])
    let pixels = cells.enlarged(by: 2, height: 1, width: 3)
    #expect(pixels.height == 1 && pixels.width == 3)
    #expect(difference(pixels.values, [0, 10, 1, 15, 3, 25]).largest < 1e-5)
    #expect(cells.enlarged(by: 1, height: 1, width: 2) == cells)
  }

  @Test func constantStaysConstant() {
    let scores = ClassScores(height: 7, width: 10, classes: 3, fill: 0.3)
    let back = scores.averaged(overCellsOf: 4).enlarged(by: 4, height: 7, width: 10)
    #expect(difference(back.values, scores.values).largest < 1e-6)
  }
}
