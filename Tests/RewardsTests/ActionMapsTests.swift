import Images
import Randomness
import Tensors
import Testing

@testable import Rewards

@Suite struct ActionMapsTests {
  /// The uniform of (unit, map) from a scalar Philox: number i = unit maps + map of the image's stream is word
  /// (i / 16) % 4 of block 16 (i / 64) + i % 16.
  private func uniform(_ i: Int, image: Int, step: Int, seed: UInt64) -> Double {
    let block = Philox.block(
      counter: SIMD4(UInt32(16 * (i / 64) + i % 16), UInt32(image), UInt32(step), RandomPurpose.actions.rawValue),
      key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32)))
    return Double(block[i / 16 % 4] >> 8) * 0x1p-24
  }

  /// Action = number of k < K - 1 with u >= cdf_k. Only where u is within float rounding of a bound (some 1e-6 of
  /// all draws) may it be the neighbour.
  @Test(arguments: [1, 2, 3, 16, 17, 64, 100], [1, 63, 64, 65, 150]) func matchesAScalarReference(maps: Int, units: Int)
  {
    let (seed, step, classes) = (0x0123_4567_89AB_CDEF as UInt64, 120, 5)
    let logits = randomTensor([2, 1, units, classes], seed: 1)
    let labels = randomLabels(2 * units, classes: classes, seed: 2)
    let sampled = ActionMaps(
      sampling: maps, from: logits, void: VoidMask(of: labels), seed: seed, step: step, firstImage: 7)
    let policy = softmax(logits)
    var ties = 0
    for n in 0..<2 {
      for m in 0..<maps {
        let map = sampled.map(m, ofImage: n)
        for u in 0..<units {
          if labels[n * units + u] == 255 {
            #expect(map[u] == 0, "void units hold action 0")
            continue
          }
          let draw = uniform(u * maps + m, image: 7 + n, step: step, seed: seed)
          var (expected, cumulative, tie) = (0, 0.0, false)
          for p in policy[n * units + u].dropLast() {
            cumulative += p
            expected += draw >= cumulative ? 1 : 0
            tie = tie || abs(draw - cumulative) < 1e-6
          }
          ties += tie ? 1 : 0
          #expect(tie ? abs(Int(map[u]) - expected) <= 1 : Int(map[u]) == expected)
        }
      }
    }
    #expect(ties <= 3)
  }

  @Test(arguments: [1, 2, 16, 17, 255]) func probabilitiesAreTheSoftmax(classes: Int) {
    let logits = randomTensor([2, 3, 5, classes], seed: 1, in: -20...20)
    let labels = randomLabels(30, classes: classes, seed: 2)
    let found = ActionMaps(sampling: 1, from: logits, void: VoidMask(of: labels), seed: 0, step: 0).probabilities
      .scalars
    for (u, policy) in softmax(logits).enumerated() {
      for k in 0..<classes {
        let expected = labels[u] == 255 ? 0 : policy[k]
        #expect(abs(Double(found[u * classes + k]) - expected) < 1e-6)
      }
    }
  }

  /// Chi-square of 20,000 draws at each of six units: it has 6 (K - 1) degrees of freedom, so that five standard
  /// deviations above their number is as improbable as 1e-5.
  @Test(arguments: [2, 5, 17]) func frequenciesFollowThePolicy(classes: Int) {
    let (units, images, maps) = (6, 200, 100)
    let one = randomTensor([1, 1, units, classes], seed: 3, in: -1...1)
    let logits = Tensor((0..<images).flatMap { _ in one.scalars }, shape: [images, 1, units, classes])
    let labels = [UInt8](repeating: 0, count: images * units)
    let sampled = ActionMaps(sampling: maps, from: logits, void: VoidMask(of: labels), seed: 11, step: 0)
    var counts = [[Double]](repeating: [Double](repeating: 0, count: classes), count: units)
    for n in 0..<images {
      for m in 0..<maps { for (u, a) in sampled.map(m, ofImage: n).enumerated() { counts[u][Int(a)] += 1 } }
    }
    var chiSquare = 0.0
    for (count, policy) in zip(counts, softmax(one)) {
      for (found, p) in zip(count, policy) {
        let expected = p * Double(images * maps)
        chiSquare += (found - expected) * (found - expected) / expected
      }
    }
    let freedom = Double(units * (classes - 1))
    #expect(chiSquare < freedom + 5 * (2 * freedom).squareRoot())
    #expect(chiSquare > freedom - 5 * (2 * freedom).squareRoot())
  }

  @Test func certainAndImpossibleActions() {
    let logits = Tensor([1e4, 0, 0, 0, 0, 1e4], shape: [1, 1, 2, 3])
    let sampled = ActionMaps(sampling: 1000, from: logits, void: VoidMask(of: [0, 0]), seed: 1, step: 0)
    #expect((0..<1000).allSatisfy { sampled.map($0, ofImage: 0) == [0, 2] })
  }

  @Test func oneClass() {
    let sampled = ActionMaps(
      sampling: 3, from: randomTensor([1, 1, 2, 1], seed: 1), void: VoidMask(of: [0, 255]), seed: 1, step: 0)
    #expect(sampled.probabilities.scalars == [1, 0])
    #expect((0..<3).allSatisfy { sampled.map($0, ofImage: 0) == [0, 0] })
  }

  @Test func noImages() {
    let sampled = ActionMaps(sampling: 2, from: Tensor(zeros: [0, 4, 4, 3]), void: VoidMask(of: []), seed: 1, step: 0)
    #expect(sampled.images == 0 && sampled.probabilities.count == 0)
  }

  /// A replica that starts at image 2 of the batch draws what a single machine draws there.
  @Test func aPartOfABatchDrawsTheSame() {
    let logits = randomTensor([5, 3, 4, 3], seed: 1)
    let labels = randomLabels(60, classes: 3, seed: 2)
    let whole = ActionMaps(sampling: 9, from: logits, void: VoidMask(of: labels), seed: 5, step: 8)
    let part = ActionMaps(
      sampling: 9, from: Tensor(Array(logits.scalars[72..<144]), shape: [2, 3, 4, 3]),
      void: VoidMask(of: Array(labels[24..<48])),
      seed: 5, step: 8, firstImage: 2)
    for n in 0..<2 { for m in 0..<9 { #expect(part.map(m, ofImage: n) == whole.map(m, ofImage: n + 2)) } }
  }

  @Test func seedAndStepChangeTheActions() {
    let logits = Tensor(zeros: [1, 8, 8, 4])
    let labels = [UInt8](repeating: 0, count: 64)
    func map(seed: UInt64, step: Int) -> [UInt8] {
      ActionMaps(sampling: 1, from: logits, void: VoidMask(of: labels), seed: seed, step: step).map(0, ofImage: 0)
    }
    #expect(map(seed: 1, step: 0) == map(seed: 1, step: 0))
    #expect(map(seed: 1, step: 0) != map(seed: 2, step: 0))
    #expect(map(seed: 1, step: 0) != map(seed: 1 << 32 | 1, step: 0))
    #expect(map(seed: 1, step: 0) != map(seed: 1, step: 1))
  }
}

/// Changes the number of threads of the whole process, one test at a time, and puts it back.
@Suite(.serialized) struct RewardThreadsTests {
  private func everything(threads: Int) -> (maps: [[UInt8]], rewards: ImageRewards, gradients: [Tensor]) {
    let before = Threads.count
    Threads.use(threads)
    defer { Threads.use(before) }
    let logits = randomTensor([5, 7, 9, 4], seed: 1)
    let labels = randomLabels(315, classes: 4, seed: 2)
    let sampled = ActionMaps(sampling: 6, from: logits, void: VoidMask(of: labels), seed: 3, step: 4)
    let rewards = sampled.rewards(.meanIoU, labels: labels)
    let image = ImageAdvantage.allCases.map {
      imagePolicyGradient(sampled, rewards: rewards, estimator: .init($0)).gradient
    }
    return (
      (0..<30).map { sampled.map($0 % 6, ofImage: $0 / 6) }, rewards,
      image + [pixelPolicyGradient(sampled, labels: labels).gradient]
    )
  }

  @Test(arguments: [2, 3, 8]) func theNumberOfThreadsChangesNoBit(threads: Int) {
    let (one, many) = (everything(threads: 1), everything(threads: threads))
    #expect(one.maps == many.maps)
    #expect(one.rewards == many.rewards)
    #expect(one.gradients == many.gradients)
  }
}
