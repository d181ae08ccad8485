import Testing

@testable import WeakSupervision

@Suite struct PaddedScoresTests {
  @Test func rowsAreWholeVectors() {
    let scores = ClassScores(height: 1, width: 2, classes: 3, values: [1, 2, 3, 4, 5, 6])
    let padded = PaddedScores(scores)
    #expect(padded.values == [1, 2, 3, 0, 0, 0, 0, 0, 4, 5, 6, 0, 0, 0, 0, 0])
    #expect(padded.scores(height: 1, width: 2) == scores)
    #expect(PaddedScores(scores, { $0 + 1 }).values[0...3] == [2, 3, 4, 0])
    #expect([1, 8, 9, 21].map { PaddedScores(pixels: 1, classes: $0).row } == [8, 8, 16, 24])
  }
}
