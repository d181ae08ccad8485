import Images
import Tensors
import Testing

@testable import Rewards

@Suite struct ScoreTests {
  /// The formulas with sets of pixels, one class after the other.
  private func direct(_ score: Score, _ map: [UInt8], _ truth: [UInt8], classes: Int) -> Double {
    let counted = Set(truth.indices.filter { truth[$0] != 255 })
    func mean(_ value: (Set<Int>, Set<Int>) -> Double) -> Double {
      let values = (0..<classes).compactMap { k -> Double? in
        let t = counted.filter { Int(truth[$0]) == k }
        return t.isEmpty ? nil : value(t, counted.filter { Int(map[$0]) == k })
      }
      return values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }
    switch score {
    case .meanIoU: return mean { Double($0.intersection($1).count) / Double($0.union($1).count) }
    case .meanClassAccuracy: return mean { Double($0.intersection($1).count) / Double($0.count) }
    case .dice: return mean { 2 * Double($0.intersection($1).count) / Double($0.count + $1.count) }
    case .pixelAccuracy:
      return counted.isEmpty ? 0 : Double(counted.count { map[$0] == truth[$0] }) / Double(counted.count)
    }
  }

  @Test(arguments: Score.allCases, [1, 2, 5]) func equalsTheFormula(score: Score, classes: Int) {
    let units = 6 * 9
    // Half of the classes occur in the second image, and none in the third.
    let labels =
      randomLabels(units, classes: classes, seed: 2) + randomLabels(units, classes: (classes + 1) / 2, seed: 3)
      + [UInt8](repeating: 255, count: units)
    let logits = randomTensor([3, 6, 9, classes], seed: 7)
    let sampled = ActionMaps(sampling: 7, from: logits, void: VoidMask(of: labels), seed: 4, step: 0)
    let rewards = sampled.rewards(score, labels: labels)
    for n in 0..<3 {
      let truth = Array(labels[n * units..<(n + 1) * units])
      for m in 0..<7 {
        let expected = direct(score, sampled.map(m, ofImage: n), truth, classes: classes)
        #expect(abs(rewards.values[n * 7 + m] - expected) < 1e-12)
      }
    }
    #expect(rewards.values.suffix(7).allSatisfy { $0 == 0 })
  }

  /// Two of four pixels of class 0 found, one of one of class 1, two more pixels called 1.
  @Test func byHand() {
    let truth: [Int32] = [4, 1, 0]
    func value(_ score: Score) -> Double {
      truth.withUnsafeBufferPointer { truth in
        score(intersection: { [2, 1, 0][$0] }, predicted: { [2, 3, 0][$0] }, truth: truth)
      }
    }
    let (half, third, sixth) = (0.5, 1.0 / 3, 4.0 / 6)
    #expect(value(.meanIoU) == (half + third) / 2)
    #expect(value(.dice) == (sixth + half) / 2)
    #expect(value(.meanClassAccuracy) == 0.75)
    #expect(value(.pixelAccuracy) == 0.6)
  }
}
