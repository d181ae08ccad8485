import Randomness
import Testing

@testable import Metrics

@Suite struct AveragePrecisionTests {
  @Test func specialCases() {
    #expect(averagePrecision(scores: [], positives: []) == nil)
    #expect(averagePrecision(scores: [1, 2], positives: [false, false]) == nil)
    #expect(averagePrecision(scores: [1], positives: [true]) == 1)
    // The only positive is last of four.
    #expect(averagePrecision(scores: [4, 3, 2, 1], positives: [false, false, false, true]) == 0.25)
    // Everything has one score: no ranking, the share of positives.
    #expect(averagePrecision(scores: [0, 0, 0, 0], positives: [true, false, false, true]) == 0.5)
  }

  /// The worked example of scikit-learn's `average_precision_score`: 0.83.
  @Test func anExampleWithAKnownAnswer() throws {
    let value = try #require(averagePrecision(scores: [0.1, 0.4, 0.35, 0.8], positives: [false, false, true, true]))
    #expect(abs(value - 5.0 / 6) < 1e-12)
  }

  /// Precision and recall counted anew at every threshold.
  @Test(arguments: 0..<20) func bruteForce(seed: UInt64) throws {
    var random = RandomStream(seed: seed, purpose: .scenes)
    let count = 1 + random.integer(below: 30)
    let scores = (0..<count).map { _ in Float(random.integer(below: 8)) }  // many ties
    let positives = (0..<count).map { _ in random.uniform() < 0.4 }
    let total = positives.count { $0 }
    var (area, recall) = (0.0, 0.0)
    for threshold in Set(scores).sorted(by: >) {
      let chosen = zip(scores, positives).filter { $0.0 >= threshold }
      let right = chosen.count { $0.1 }
      let next = Double(right) / Double(max(total, 1))
      area += (next - recall) * Double(right) / Double(chosen.count)
      recall = next
    }
    guard let value = averagePrecision(scores: scores, positives: positives) else {
      #expect(total == 0)
      return
    }
    #expect(abs(value - area) < 1e-12)
  }

  @Test func theMeanLeavesOutClassesThatNoImageShows() {
    let scores = ClassificationScores(
      scores: [2, 0, 1, 1, 0, 2], positives: [true, false, false, false, false, false], classes: 2)
    #expect(scores.averagePrecision == [1, nil])
    #expect(scores.mean == 1)
    #expect(ClassificationScores(scores: [], positives: [], classes: 3).mean == nil)
  }
}
