import Images
import Tensors
import Testing

@testable import Rewards

@Suite struct ImageRewardsTests {
  /// Mean over the classes present in the truth of |both| / |either|, with sets of pixels.
  private func meanIoU(_ map: [UInt8], _ truth: [UInt8], classes: Int) -> Double {
    let counted = Set(truth.indices.filter { truth[$0] != 255 })
    let ious = (0..<classes).compactMap { k -> Double? in
      let t = counted.filter { Int(truth[$0]) == k }
      let p = counted.filter { Int(map[$0]) == k }
      return t.isEmpty ? nil : Double(t.intersection(p).count) / Double(t.union(p).count)
    }
    return ious.isEmpty ? 0 : ious.reduce(0, +) / Double(ious.count)
  }

  private func accuracy(_ map: [UInt8], _ truth: [UInt8]) -> Double {
    let counted = truth.indices.filter { truth[$0] != 255 }
    return counted.isEmpty ? 0 : Double(counted.count { map[$0] == truth[$0] }) / Double(counted.count)
  }

  @Test(arguments: [1, 2, 3, 17], [1, 2, 3, 16, 33]) func matchesSetsOfPixels(classes: Int, maps: Int) {
    let units = 5 * 7
    let logits = randomTensor([4, 5, 7, classes], seed: 1)
    // Only the first half of the classes occur in the third image, and none in the last.
    let labels =
      randomLabels(2 * units, classes: classes, seed: 2) + randomLabels(units, classes: (classes + 1) / 2, seed: 3)
      + [UInt8](repeating: 255, count: units)
    let sampled = ActionMaps(sampling: maps, from: logits, void: VoidMask(of: labels), seed: 4, step: 0)
    let (iou, correct) = (sampled.rewards(.meanIoU, labels: labels), sampled.rewards(.pixelAccuracy, labels: labels))
    for n in 0..<4 {
      let truth = Array(labels[n * units..<(n + 1) * units])
      for m in 0..<maps {
        let map = sampled.map(m, ofImage: n)
        #expect(abs(iou.values[n * maps + m] - meanIoU(map, truth, classes: classes)) < 1e-12)
        #expect(abs(correct.values[n * maps + m] - accuracy(map, truth)) < 1e-12)
      }
    }
    #expect(iou.values.suffix(maps).allSatisfy { $0 == 0 })
    #expect(iou.mean == iou.values.reduce(0, +) / Double(4 * maps))
  }

  @Test func onePixelIsRightOrWrong() {
    let logits = Tensor([1e4, 0, 1e4, 0], shape: [2, 1, 1, 2])
    let sampled = ActionMaps(sampling: 1, from: logits, void: VoidMask(of: [0, 1]), seed: 1, step: 0)
    for score in Score.allCases { #expect(sampled.rewards(score, labels: [0, 1]).values == [1, 0]) }
  }

  @Test func oneClassIsAlwaysRight() {
    let labels: [UInt8] = [0, 255, 0, 0]
    let sampled = ActionMaps(
      sampling: 2, from: Tensor(zeros: [1, 2, 2, 1]), void: VoidMask(of: labels), seed: 1, step: 0)
    for score in Score.allCases { #expect(sampled.rewards(score, labels: labels).values == [1, 1]) }
  }

  /// A class that the map has and the truth hasn't costs the true classes their union and counts for nothing else.
  @Test func aClassThatIsNotThere() {
    let logits = Tensor([1e4, 0, 0, 0, 0, 1e4], shape: [1, 1, 2, 3])
    let sampled = ActionMaps(sampling: 1, from: logits, void: VoidMask(of: [0, 0]), seed: 1, step: 0)
    #expect(sampled.rewards(.meanIoU, labels: [0, 0]).values == [0.5])
  }

  @Test func anEmptyBatchHasNoMean() {
    #expect(ImageRewards(images: 0, maps: 4, values: []).mean == nil)
  }
}
