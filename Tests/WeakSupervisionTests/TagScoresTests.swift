import Images
import Testing

@testable import WeakSupervision

@Suite struct TagScoresTests {
  /// Two pixels, classes 2 and 4.
  private let scores = TagScores(width: 2, height: 1, classes: [2, 4], values: [0.6, 0.3, 0.2, 0.9])

  @Test func anImageWithoutTagsIsBackground() {
    let none = TagScores(width: 3, height: 2, classes: [], values: [])
    #expect(none.labels(above: 0.2, background: 0) == LabelMap(width: 3, height: 2, fill: 0))
    #expect(none.adding(0, score: 0.2).labels(background: 0) == LabelMap(width: 3, height: 2, fill: 0))
    let nothing = TagScores(width: 0, height: 0, classes: [1], values: [])
    #expect(nothing.labels(above: 0.2, background: 0).classes.isEmpty)
  }

  @Test func everyClassBelowTheThresholdIsBackground() {
    #expect(scores.labels(above: 0.95, background: 0).classes == [0, 0])
    #expect(scores.labels(above: 0.9, background: 0).classes == [0, 0])  // not above
    #expect(scores.labels(above: 0.7, background: 7).classes == [7, 4])
    #expect(scores.labels(above: 0.1, background: 0).classes == [2, 4])
  }

  @Test func aTieGoesToTheLowestClass() {
    let tie = TagScores(width: 1, height: 1, classes: [1, 3], values: [0.5, 0.5])
    #expect(tie.labels(above: 0.2, background: 0).classes == [1])
    #expect(tie.adding(0, score: 0.5).labels(background: 0).classes == [0])
  }

  @Test(arguments: zip([0, 3, 9] as [UInt8], [[0, 2, 4], [2, 3, 4], [2, 4, 9]] as [[UInt8]]))
  func addingAClassKeepsTheOrder(added: UInt8, order: [UInt8]) throws {
    let more = scores.adding(added, score: 0.5)
    #expect(more.classes == order)
    let place = try #require(order.firstIndex(of: added))
    for p in 0..<2 {
      var values = Array(scores.values[2 * p..<2 * p + 2])
      values.insert(0.5, at: place)
      #expect(Array(more.values[3 * p..<3 * p + 3]) == values)
    }
    #expect(more.labels(background: added) == scores.labels(above: 0.5, background: added))
  }
}
