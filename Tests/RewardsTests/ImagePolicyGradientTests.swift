import Randomness
import Tensors
import Testing

@testable import Rewards

@Suite struct ImagePolicyGradientTests {
  /// A batch of random policies, labels, actions and rewards; the labels of the last image can all be void.
  struct Trial: Sendable, CustomTestStringConvertible {
    var maps: Int
    var classes: Int
    var void: Float = 0
    var lastIsVoid = false
    var spread: Float = 2

    var testDescription: String { "\(maps) maps, \(classes) classes, void \(void) \(lastIsVoid), logits to \(spread)" }
    var logits: Tensor { randomTensor([3, 4, 5, classes], seed: 1, in: -spread...spread) }
    var labels: [UInt8] {
      let labels = randomLabels(60, classes: classes, seed: 2, void: void)
      return lastIsVoid ? labels.prefix(40) + [UInt8](repeating: 255, count: 20) : labels
    }
    var sampled: ActionMaps { ActionMaps(sampling: maps, from: logits, labels: labels, seed: 3, step: 4) }
    /// Any numbers are rewards to an estimator.
    var rewards: ImageRewards {
      var stream = RandomStream(seed: 5, purpose: .scenes)
      return ImageRewards(images: 3, maps: maps, values: (0..<3 * maps).map { _ in Double(stream.uniform()) })
    }

    static let all = [
      Trial(maps: 2, classes: 2), Trial(maps: 2, classes: 5, void: 0.3), Trial(maps: 3, classes: 3, void: 0.3),
      Trial(maps: 3, classes: 17, lastIsVoid: true), Trial(maps: 16, classes: 4, void: 0.1, lastIsVoid: true),
      Trial(maps: 16, classes: 11, void: 0.3, spread: 6), Trial(maps: 5, classes: 1, void: 0.3),
      Trial(maps: 33, classes: 6, spread: 0.1),
    ]
  }

  /// PSD straight from its definition: every pair of maps, the mask, and the deviation of the masked differences.
  private func allPairsGradient(_ trial: Trial) -> [Double] {
    let (sampled, labels, rewards) = (trial.sampled, trial.labels, trial.rewards)
    let units = sampled.units
    let maps = (0..<3).map { n in (0..<trial.maps).map { sampled.map($0, ofImage: n) } }
    var (squares, pairs) = (0.0, 0.0)
    for n in 0..<3 {
      for a in 0..<trial.maps {
        for b in 0..<trial.maps where a != b {
          let difference = rewards.values[n * trial.maps + a] - rewards.values[n * trial.maps + b]
          for u in 0..<units where labels[n * units + u] != 255 && maps[n][a][u] != maps[n][b][u] {
            squares += difference * difference
            pairs += 1
          }
        }
      }
    }
    let deviation = pairs > 0 ? (squares / pairs).squareRoot() : 0
    return policyGradient(sampled, trial.logits, labels) { n, m, u in
      var sum = 0.0
      for other in 0..<trial.maps where maps[n][m][u] != maps[n][other][u] {
        sum += rewards.values[n * trial.maps + m] - rewards.values[n * trial.maps + other]
      }
      return sum / Double(trial.maps - 1) / (deviation + SyncAN.epsilon)
    }
  }

  @Test(arguments: Trial.all) func psdMatchesAllPairs(_ trial: Trial) {
    let found = imagePolicyGradient(trial.sampled, rewards: trial.rewards, advantage: .psd, labels: trial.labels)
    let expected = allPairsGradient(trial)
    if trial.classes == 1 {
      #expect(found.gradient.scalars.allSatisfy { $0 == 0 })
    } else {
      #expect(relativeError(found.gradient, expected) < 1e-4)
    }
    #expect(found.queries == 3 * trial.maps)
  }

  @Test(arguments: Trial.all + [Trial(maps: 1, classes: 3, void: 0.2)]) func naiveMatchesItsFormula(_ trial: Trial) {
    let found = imagePolicyGradient(trial.sampled, rewards: trial.rewards, advantage: .naive, labels: trial.labels)
    let images = trial.lastIsVoid ? 2 : 3
    let values = Array(trial.rewards.values.prefix(images * trial.maps))
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    let expected = policyGradient(trial.sampled, trial.logits, trial.labels) { n, m, _ in
      (trial.rewards.values[n * trial.maps + m] - mean) / (variance.squareRoot() + SyncAN.epsilon)
    }
    if trial.classes == 1 {
      #expect(found.gradient.scalars.allSatisfy { abs($0) < 1e-6 })
    } else {
      #expect(relativeError(found.gradient, expected) < 1e-4)
    }
    #expect(abs((found.meanReward ?? .nan) - mean) < 1e-12)
  }

  @Test(arguments: ImageAdvantage.allCases, [0, 0.1, 1.0 / 3, 0.7, 1]) func equalRewardsGiveExactlyZero(
    advantage: ImageAdvantage, reward: Double
  ) {
    for trial in Trial.all {
      let rewards = ImageRewards(
        images: 3, maps: trial.maps, values: [Double](repeating: reward, count: 3 * trial.maps))
      let found = imagePolicyGradient(trial.sampled, rewards: rewards, advantage: advantage, labels: trial.labels)
      #expect(found.gradient.scalars.allSatisfy { $0 == 0 })
      #expect(found.meanReward.map { abs($0 - reward) < 1e-12 } == true)
    }
  }

  /// Rewards that differ between images only say nothing about any map of an image: PSD is silent, naive isn't.
  @Test func onlyImagesDiffer() {
    let trial = Trial(maps: 3, classes: 4)
    let rewards = ImageRewards(images: 3, maps: 3, values: [0.1, 0.1, 0.1, 0.7, 0.7, 0.7, 0.3, 0.3, 0.3])
    let psd = imagePolicyGradient(trial.sampled, rewards: rewards, advantage: .psd, labels: trial.labels)
    #expect(psd.gradient.scalars.allSatisfy { $0 == 0 })
    let naive = imagePolicyGradient(trial.sampled, rewards: rewards, advantage: .naive, labels: trial.labels)
    #expect(naive.gradient.scalars.contains { $0 != 0 })
  }

  @Test(arguments: ImageAdvantage.allCases) func allVoid(advantage: ImageAdvantage) {
    let labels = [UInt8](repeating: 255, count: 6)
    let sampled = ActionMaps(sampling: 2, from: randomTensor([1, 2, 3, 4], seed: 1), labels: labels, seed: 3, step: 0)
    let found = imagePolicyGradient(
      sampled, rewards: sampled.rewards(.meanIoU, labels: labels), advantage: advantage, labels: labels)
    #expect(found.meanReward == nil)
    #expect(found.gradient == Tensor(zeros: [1, 2, 3, 4]))
  }
}
