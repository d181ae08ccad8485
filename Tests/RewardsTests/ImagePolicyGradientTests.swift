import Images
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
    var sampled: ActionMaps { ActionMaps(sampling: maps, from: logits, void: VoidMask(of: labels), seed: 3, step: 4) }
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
  private func allPairsGradient(
    _ trial: Trial, syncAN: SyncAN.Scope = .batch, dividing: PairDivision = .none
  ) -> [Double] {
    let (sampled, labels, rewards) = (trial.sampled, trial.labels, trial.rewards)
    let units = sampled.units
    let maps = (0..<3).map { n in (0..<trial.maps).map { sampled.map($0, ofImage: n) } }
    func differs(_ n: Int, _ a: Int, _ b: Int, _ u: Int) -> Bool {
      labels[n * units + u] != 255 && maps[n][a][u] != maps[n][b][u]
    }
    func difference(_ n: Int, _ a: Int, _ b: Int) -> Double {
      let difference = rewards.values[n * trial.maps + a] - rewards.values[n * trial.maps + b]
      let shared = Double((0..<units).count { differs(n, a, b, $0) })
      return dividing == .none ? difference : shared > 0 ? difference / shared : 0
    }
    var (squares, pairs) = ([0.0, 0, 0], [0.0, 0, 0])
    for n in 0..<3 {
      for a in 0..<trial.maps {
        for b in 0..<trial.maps where a != b {
          for u in 0..<units where differs(n, a, b, u) {
            squares[n] += difference(n, a, b) * difference(n, a, b)
            pairs[n] += 1
          }
        }
      }
    }
    func deviation(_ n: Int) -> Double {
      let (squares, pairs) =
        syncAN == .image ? (squares[n], pairs[n]) : (squares.reduce(0, +), pairs.reduce(0, +))
      return pairs > 0 ? (squares / pairs).squareRoot() : 0
    }
    return policyGradient(sampled, trial.logits, labels) { n, m, u in
      var sum = 0.0
      for other in 0..<trial.maps where differs(n, m, other, u) { sum += difference(n, m, other) }
      return sum / Double(trial.maps - 1) / (syncAN == .off ? 1 : deviation(n) + SyncAN.epsilon)
    }
  }

  @Test(arguments: Trial.all) func psdMatchesAllPairs(_ trial: Trial) {
    let found = imagePolicyGradient(trial.sampled, rewards: trial.rewards, estimator: .init(.psd))
    let expected = allPairsGradient(trial)
    if trial.classes == 1 {
      #expect(found.gradient.scalars.allSatisfy { $0 == 0 })
    } else {
      #expect(relativeError(found.gradient, expected) < 1e-4)
    }
    #expect(found.queries == 3 * trial.maps)
  }

  @Test(arguments: Trial.all.filter { $0.classes > 1 }, SyncAN.Scope.allCases) func psdInEveryScope(
    _ trial: Trial, syncAN: SyncAN.Scope
  ) {
    for division in PairDivision.allCases {
      let found = imagePolicyGradient(
        trial.sampled, rewards: trial.rewards, estimator: .init(.psd, syncAN: syncAN, pairDivision: division))
      #expect(
        relativeError(found.gradient, allPairsGradient(trial, syncAN: syncAN, dividing: division)) < 1e-4,
        "\(division)")
    }
  }

  @Test(arguments: SyncAN.Scope.allCases) func naiveInEveryScope(syncAN: SyncAN.Scope) {
    let trial = Trial(maps: 4, classes: 3, void: 0.2)
    let found = imagePolicyGradient(
      trial.sampled, rewards: trial.rewards, estimator: .init(.naive, syncAN: syncAN))
    let expected = policyGradient(trial.sampled, trial.logits, trial.labels) { n, m, _ in
      let values = trial.rewards.values
      let group = syncAN == .image ? Array(values[n * 4..<n * 4 + 4]) : values
      let mean = group.reduce(0, +) / Double(group.count)
      let variance = group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(group.count)
      let reward = values[n * 4 + m]
      return syncAN == .off ? reward : (reward - mean) / (variance.squareRoot() + SyncAN.epsilon)
    }
    #expect(relativeError(found.gradient, expected) < 1e-4)
  }

  /// A reward for each patch is image-level reward on the patches as images, and for each pixel one on single pixels.
  @Test(arguments: [1, 2, 3, GridSchedule.pixels], ImageAdvantage.allCases) func regionsAreImagesOfTheirOwn(
    cells: Int, advantage: ImageAdvantage
  ) {
    let (height, width, classes, maps) = (5, 7, 3, 4)
    let logits = randomTensor([2, height, width, classes], seed: 11)
    let labels = randomLabels(2 * height * width, classes: classes, seed: 12)
    let sampled = ActionMaps(sampling: maps, from: logits, void: VoidMask(of: labels), seed: 13, step: 0)
    let rewards = sampled.rewards(.meanIoU, labels: labels, regions: cells)
    let found = imagePolicyGradient(
      sampled, rewards: rewards, estimator: .init(advantage, syncAN: .image, regions: cells)
    ).gradient.scalars
    // 1 is the whole image, however long its longer side.
    let side = cells == 1 ? width : cells == GridSchedule.pixels ? 1 : (height + cells - 1) / cells
    let (rows, columns) = ((height + side - 1) / side, (width + side - 1) / side)
    #expect(rewards.images == 2 * rows * columns)
    var region = 0
    for n in 0..<2 {
      for row in 0..<rows {
        for column in 0..<columns {
          let places = (0..<height * width).filter { ($0 / width) / side == row && ($0 % width) / side == column }
          let truth = places.map { labels[n * height * width + $0] }
          let valid = places.filter { labels[n * height * width + $0] != 255 }
          defer { region += 1 }
          guard !valid.isEmpty else { continue }
          let mine = (0..<maps).map { m in
            let map = sampled.map(m, ofImage: n)
            let present = Set(valid.map { labels[n * height * width + $0] })
            return present.sorted().reduce(0.0) { sum, k in
              let hits = zip(places, truth).count { map[$0] == k && $1 == k }
              let union = zip(places, truth).count { $1 != 255 && (map[$0] == k || $1 == k) }
              return sum + Double(hits) / Double(union)
            } / Double(present.count)
          }
          for (m, reward) in mine.enumerated() {
            #expect(abs(rewards.values[region * maps + m] - reward) < 1e-12)
          }
          guard advantage == .naive else { continue }
          let normalised = SyncAN(mine)
          let policy = softmax(logits)
          for u in valid {
            for k in 0..<classes {
              let exact =
                (0..<maps).reduce(0.0) { sum, m in
                  let chosen = Int(sampled.map(m, ofImage: n)[u]) == k ? 1.0 : 0
                  return sum - normalised(mine[m]) * (chosen - policy[n * height * width + u][k])
                } / Double(maps * labels.count { $0 != 255 })
              #expect(abs(Double(found[(n * height * width + u) * classes + k]) - exact) < 1e-6)
            }
          }
        }
      }
    }
    for u in labels.indices where labels[u] == 255 {
      #expect(found[u * classes..<(u + 1) * classes].allSatisfy { $0 == 0 })
    }
  }

  @Test(arguments: Trial.all + [Trial(maps: 1, classes: 3, void: 0.2)]) func naiveMatchesItsFormula(_ trial: Trial) {
    let found = imagePolicyGradient(trial.sampled, rewards: trial.rewards, estimator: .init(.naive))
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
    #expect(abs((found.reward ?? .nan) - mean) < 1e-12)
  }

  @Test(arguments: ImageAdvantage.allCases, [0, 0.1, 1.0 / 3, 0.7, 1]) func equalRewardsGiveExactlyZero(
    advantage: ImageAdvantage, reward: Double
  ) {
    for trial in Trial.all {
      let rewards = ImageRewards(
        images: 3, maps: trial.maps, values: [Double](repeating: reward, count: 3 * trial.maps))
      let found = imagePolicyGradient(trial.sampled, rewards: rewards, estimator: .init(advantage))
      #expect(found.gradient.scalars.allSatisfy { $0 == 0 })
      #expect(found.reward.map { abs($0 - reward) < 1e-12 } == true)
    }
  }

  /// Rewards that differ between images only say nothing about any map of an image: PSD is silent, naive isn't.
  @Test func onlyImagesDiffer() {
    let trial = Trial(maps: 3, classes: 4)
    let rewards = ImageRewards(images: 3, maps: 3, values: [0.1, 0.1, 0.1, 0.7, 0.7, 0.7, 0.3, 0.3, 0.3])
    let psd = imagePolicyGradient(trial.sampled, rewards: rewards, estimator: .init(.psd))
    #expect(psd.gradient.scalars.allSatisfy { $0 == 0 })
    let naive = imagePolicyGradient(trial.sampled, rewards: rewards, estimator: .init(.naive))
    #expect(naive.gradient.scalars.contains { $0 != 0 })
  }

  /// An image of one class that the policy is certain of, and one that is void, beside one to learn from: nothing but
  /// the last has a gradient, and all of it is finite.
  @Test(arguments: ImageAdvantage.allCases, SyncAN.Scope.allCases) func imagesWithNothingToLearn(
    advantage: ImageAdvantage, syncAN: SyncAN.Scope
  ) {
    let certain: [Float] = (0..<6).flatMap { _ in [40, -40, -40] as [Float] }
    let open = randomTensor([2, 2, 3, 3], seed: 3).scalars
    let logits = Tensor(certain + open, shape: [3, 2, 3, 3])
    let labels: [UInt8] = [0, 0, 0, 0, 0, 0] + [UInt8](repeating: 255, count: 6) + [0, 1, 2, 0, 1, 255]
    let sampled = ActionMaps(sampling: 4, from: logits, void: VoidMask(of: labels), seed: 3, step: 0)
    let found = imagePolicyGradient(
      sampled, rewards: sampled.rewards(.meanIoU, labels: labels), estimator: .init(advantage, syncAN: syncAN))
    let scalars = found.gradient.scalars
    #expect(scalars.allSatisfy { $0.isFinite })
    #expect(scalars[..<36].allSatisfy { abs($0) < 1e-20 })
    #expect(scalars[36...].contains { abs($0) > 1e-4 })
  }

  @Test(arguments: ImageAdvantage.allCases) func allVoid(advantage: ImageAdvantage) {
    let labels = [UInt8](repeating: 255, count: 6)
    let sampled = ActionMaps(
      sampling: 2, from: randomTensor([1, 2, 3, 4], seed: 1), void: VoidMask(of: labels), seed: 3, step: 0)
    let found = imagePolicyGradient(
      sampled, rewards: sampled.rewards(.meanIoU, labels: labels), estimator: .init(advantage))
    #expect(found.reward == nil)
    #expect(found.gradient == Tensor(zeros: [1, 2, 3, 4]))
  }
}
