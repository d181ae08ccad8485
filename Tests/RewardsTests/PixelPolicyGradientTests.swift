import Images
import Tensors
import Testing

@testable import Rewards

@Suite struct PixelPolicyGradientTests {
  @Test(arguments: [1, 2, 3, 16], [2, 5, 17]) func matchesTheFormula(maps: Int, classes: Int) {
    let units = 5 * 3
    let logits = randomTensor([4, 5, 3, classes], seed: 1)
    let labels = randomLabels(3 * units, classes: classes, seed: 2) + [UInt8](repeating: 255, count: units)
    let sampled = ActionMaps(sampling: maps, from: logits, void: VoidMask(of: labels), seed: 3, step: 0)
    func reward(_ n: Int, _ m: Int, _ u: Int) -> Double {
      sampled.map(m, ofImage: n)[u] == labels[n * units + u] ? 1 : 0
    }
    var rewards: [Double] = []
    for n in 0..<4 {
      for m in 0..<maps { for u in 0..<units where labels[n * units + u] != 255 { rewards.append(reward(n, m, u)) } }
    }
    let mean = rewards.reduce(0, +) / Double(rewards.count)
    let variance = rewards.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rewards.count)
    let expected = policyGradient(sampled, logits, labels) { n, m, u in
      (reward(n, m, u) - mean) / (variance.squareRoot() + 1e-8)
    }
    let found = pixelPolicyGradient(sampled, labels: labels)
    #expect(relativeError(found.gradient, expected) < 1e-5)
    #expect(abs((found.reward ?? .nan) - mean) < 1e-12)
    #expect(found.queries == rewards.count)
    #expect(found.gradient.scalars.suffix(units * classes).allSatisfy { $0 == 0 })
  }

  @Test(arguments: SyncAN.Scope.allCases) func everyScope(syncAN: SyncAN.Scope) {
    let logits = randomTensor([3, 2, 4, 3], seed: 5)
    let labels = randomLabels(24, classes: 3, seed: 6)
    let sampled = ActionMaps(sampling: 3, from: logits, void: VoidMask(of: labels), seed: 7, step: 0)
    func rewards(_ images: Range<Int>) -> [Double] {
      images.flatMap { n in
        (0..<3).flatMap { m in
          let map = sampled.map(m, ofImage: n)
          return (0..<8).filter { labels[n * 8 + $0] != 255 }.map { map[$0] == labels[n * 8 + $0] ? 1.0 : 0 }
        }
      }
    }
    let expected = policyGradient(sampled, logits, labels) { n, m, u in
      let reward = sampled.map(m, ofImage: n)[u] == labels[n * 8 + u] ? 1.0 : 0
      return syncAN == .off ? reward : SyncAN(rewards(syncAN == .image ? n..<n + 1 : 0..<3))(reward)
    }
    let found = pixelPolicyGradient(sampled, labels: labels, estimator: .init(syncAN: syncAN))
    #expect(relativeError(found.gradient, expected) < 1e-5)
  }

  @Test(arguments: [0.01, 0.3, 1] as [Float]) func propensityWeightsMatchTheirFormula(floor: Float) {
    let logits = randomTensor([2, 3, 3, 4], seed: 8)
    let labels = randomLabels(18, classes: 4, seed: 9)
    let sampled = ActionMaps(sampling: 5, from: logits, void: VoidMask(of: labels), seed: 10, step: 0)
    let policy = softmax(logits)
    let expected = policyGradient(sampled, logits, labels) { n, m, u in
      let action = sampled.map(m, ofImage: n)[u]
      let reward = action == labels[n * 9 + u] ? 1.0 : 0
      return reward / max(policy[n * 9 + u][Int(action)], Double(floor)) - 1
    }
    let found = pixelPolicyGradient(sampled, labels: labels, estimator: .init(propensityFloor: floor))
    #expect(relativeError(found.gradient, expected) < 1e-5)
  }

  /// All right or all wrong: nothing to learn from.
  @Test(arguments: [0, 1] as [UInt8]) func constantRewardsGiveZero(label: UInt8) {
    let logits = Tensor([1e4, 0, 1e4, 0, 1e4, 0], shape: [1, 1, 3, 2])
    let labels = [label, label, label]
    let sampled = ActionMaps(sampling: 3, from: logits, void: VoidMask(of: labels), seed: 3, step: 0)
    let found = pixelPolicyGradient(sampled, labels: labels)
    #expect(found.reward == (label == 0 ? 1 : 0))
    #expect(found.gradient.scalars.allSatisfy { $0 == 0 })
  }

  @Test func allVoid() {
    let labels = [UInt8](repeating: 255, count: 6)
    let sampled = ActionMaps(
      sampling: 2, from: randomTensor([1, 2, 3, 4], seed: 1), void: VoidMask(of: labels), seed: 3, step: 0)
    let found = pixelPolicyGradient(sampled, labels: labels)
    #expect(found.reward == nil && found.queries == 0)
    #expect(found.gradient == Tensor(zeros: [1, 2, 3, 4]))
  }
}
