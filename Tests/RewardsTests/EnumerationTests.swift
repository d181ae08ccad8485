import Images
import Tensors
import Testing

@testable import Rewards

/// Problems so small that every action map can be listed: the exact gradient of the expected reward is
///
///     dJ/dz_u,k = sum over all maps a of pi(a) R(a) (1[a_u = k] - pi_u,k)
///
/// and the mean of the estimator over many images, all alike, must agree with it within its standard error. SyncAN
/// divides by a deviation that depends on the draws; the tests derive it again from rewards and actions and multiply by
/// it, so that what is compared is unbiased: exactly for PSD, up to 1 / (images maps) for naive and pixel-level reward,
/// whose common mean contains each reward itself.
@Suite struct EnumerationTests {
  /// One row for each image: what it contributes to the estimate of its gradient, SyncAN's division undone.
  private func contributions(
    _ problem: EnumeratedProblem, logits: Tensor, maps: Int, advantage: ImageAdvantage
  ) -> [[Double]] {
    let images = logits.nhwc.batch
    let labels = (0..<images).flatMap { _ in problem.labels }
    let sampled = ActionMaps(sampling: maps, from: logits, void: VoidMask(of: labels), seed: 21, step: 0)
    let rewards = sampled.rewards(problem.score, labels: labels)
    let gradient = imagePolicyGradient(sampled, rewards: rewards, estimator: .init(advantage)).gradient
    let deviation =
      switch advantage {
      case .naive: spread(rewards.values)
      case .psd: pairSpread(sampled, rewards, problem)
      case .regression: differenceSpread(rewards)
      }
    return rows(gradient, images: images, factor: -Double(labels.count { $0 != 255 }) * (deviation + SyncAN.epsilon))
  }

  private func rows(_ gradient: Tensor, images: Int, factor: Double) -> [[Double]] {
    let length = gradient.count / images
    let scalars = gradient.scalars
    return (0..<images).map { n in scalars[n * length..<(n + 1) * length].map { Double($0) * factor } }
  }

  private func spread(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
  }

  /// Root mean square of the reward differences over all pairs and units that differ.
  private func pairSpread(_ sampled: ActionMaps, _ rewards: ImageRewards, _ problem: EnumeratedProblem) -> Double {
    var (squares, pairs) = (0.0, 0.0)
    for n in 0..<sampled.images {
      let maps = (0..<sampled.maps).map { sampled.map($0, ofImage: n) }
      for a in 0..<sampled.maps {
        for b in 0..<a {
          let difference = rewards.values[n * sampled.maps + a] - rewards.values[n * sampled.maps + b]
          let differing = Double(
            problem.labels.indices.count { problem.labels[$0] != 255 && maps[a][$0] != maps[b][$0] })
          squares += differing * difference * difference
          pairs += differing
        }
      }
    }
    return (squares / pairs).squareRoot()
  }

  /// Root mean square of the reward differences over all pairs.
  private func differenceSpread(_ rewards: ImageRewards) -> Double {
    var squares: [Double] = []
    for n in 0..<rewards.images {
      let values = Array(rewards.values[n * rewards.maps..<(n + 1) * rewards.maps])
      for a in values.indices { for b in 0..<a { squares.append((values[a] - values[b]) * (values[a] - values[b])) } }
    }
    return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
  }

  private func repeated(_ logits: Tensor, _ images: Int) -> [Float] { (0..<images).flatMap { _ in logits.scalars } }

  /// Mean and variance over the rows, column by column.
  private func statistics(_ rows: [[Double]]) -> (mean: [Double], variance: [Double]) {
    let count = Double(rows.count)
    let columns = rows.first?.indices ?? 0..<0
    let mean = columns.map { c in rows.reduce(0) { $0 + $1[c] } / count }
    let variance = columns.map { c in rows.reduce(0) { $0 + ($1[c] - mean[c]) * ($1[c] - mean[c]) } / (count - 1) }
    return (mean, variance)
  }

  /// Every component within four standard errors, and these small enough for the comparison to mean something.
  private func expectMean(
    _ rows: [[Double]], is exact: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let (mean, variance) = statistics(rows)
    let errors = variance.map { ($0 / Double(rows.count)).squareRoot() }
    let size = exact.map(abs).max() ?? 0
    for (column, exact) in exact.enumerated() {
      #expect(abs(mean[column] - exact) <= 4 * errors[column] + 1e-7, sourceLocation: sourceLocation)
    }
    #expect(errors.allSatisfy { $0 < 0.05 * size }, sourceLocation: sourceLocation)
  }

  @Test(arguments: EnumeratedProblem.all, ImageAdvantage.allCases) func meanOfManyDrawsIsTheExactGradient(
    _ problem: EnumeratedProblem, advantage: ImageAdvantage
  ) {
    let images = 20_000
    let exact = problem.exactGradient(problem.reward)
    let logits = Tensor(repeated(problem.logits, images), shape: [images, 1, problem.labels.count, problem.classes])
    for maps in [2, 3, 8] {
      expectMean(contributions(problem, logits: logits, maps: maps, advantage: advantage), is: exact)
    }
  }

  @Test func oneMapAnImageIsEnoughWithoutPairs() {
    let problem = EnumeratedProblem(labels: [0, 1, 2], classes: 3, score: .meanIoU)
    let logits = Tensor(repeated(problem.logits, 40_000), shape: [40_000, 1, 3, 3])
    expectMean(
      contributions(problem, logits: logits, maps: 1, advantage: .naive), is: problem.exactGradient(problem.reward))
  }

  @Test(arguments: EnumeratedProblem.all, [1, 4]) func pixelRewardGivesTheExactGradientOfEachPixel(
    _ problem: EnumeratedProblem, maps: Int
  ) {
    let images = 20_000
    let logits = Tensor(repeated(problem.logits, images), shape: [images, 1, problem.labels.count, problem.classes])
    let labels = (0..<images).flatMap { _ in problem.labels }
    let valid = Double(labels.count { $0 != 255 })
    let sampled = ActionMaps(sampling: maps, from: logits, void: VoidMask(of: labels), seed: 22, step: 0)
    let found = pixelPolicyGradient(sampled, labels: labels)
    let right = found.reward ?? .nan
    let deviation = (right * (1 - right)).squareRoot()
    // The sum of the pixels' rewards: each pixel's policy moves its own alone.
    let exact = problem.exactGradient { map in
      problem.labels.indices.reduce(0.0) { $0 + (Int(problem.labels[$1]) == map[$1] ? 1 : 0) }
    }
    expectMean(rows(found.gradient, images: images, factor: -valid * (deviation + SyncAN.epsilon)), is: exact)
  }

  /// The propensity weights undo how rarely a class is sampled: the expected gradient is that of cross-entropy,
  /// wherever the label has at least the floor's probability.
  @Test(arguments: EnumeratedProblem.all, [1, 4]) func propensityWeightsGiveTheGradientOfCrossEntropy(
    _ problem: EnumeratedProblem, maps: Int
  ) {
    let images = 20_000
    let logits = Tensor(repeated(problem.logits, images), shape: [images, 1, problem.labels.count, problem.classes])
    let labels = (0..<images).flatMap { _ in problem.labels }
    let sampled = ActionMaps(sampling: maps, from: logits, void: VoidMask(of: labels), seed: 23, step: 0)
    let found = pixelPolicyGradient(sampled, labels: labels, estimator: .init(propensityFloor: 0.01))
    let policy = softmax(problem.logits)
    let exact = problem.labels.indices.flatMap { u in
      (0..<problem.classes).map { k in
        problem.labels[u] == 255 ? 0 : (Int(problem.labels[u]) == k ? 1 : 0) - policy[u][k]
      }
    }
    expectMean(rows(found.gradient, images: images, factor: -Double(labels.count { $0 != 255 })), is: exact)
  }

  /// With exploration the actions are not the policy's, and the weights mend it: exactly for a reward of one pixel.
  @Test(arguments: EnumeratedProblem.all) func explorationLeavesAPixelsGradientAsItIs(_ problem: EnumeratedProblem) {
    let images = 40_000
    let logits = Tensor(repeated(problem.logits, images), shape: [images, 1, problem.labels.count, problem.classes])
    let labels = (0..<images).flatMap { _ in problem.labels }
    let sampled = ActionMaps(sampling: 2, from: logits, void: VoidMask(of: labels), exploration: 0.3, seed: 24, step: 0)
    let found = pixelPolicyGradient(sampled, labels: labels, estimator: .init(syncAN: .off))
    let exact = problem.exactGradient { map in
      problem.labels.indices.reduce(0.0) { $0 + (Int(problem.labels[$1]) == map[$1] ? 1 : 0) }
    }
    expectMean(rows(found.gradient, images: images, factor: -Double(labels.count { $0 != 255 })), is: exact)
  }

  /// A map's reward depends on all its actions, and a unit's weight mends its own alone: the mean is the gradient of
  /// each unit's policy among others that explore.
  @Test(arguments: EnumeratedProblem.all, ImageAdvantage.allCases) func explorationOfMapsIsOfTheOthers(
    _ problem: EnumeratedProblem, advantage: ImageAdvantage
  ) {
    let images = 40_000
    let exploration: Float = 0.3
    let logits = Tensor(repeated(problem.logits, images), shape: [images, 1, problem.labels.count, problem.classes])
    let labels = (0..<images).flatMap { _ in problem.labels }
    let sampled = ActionMaps(
      sampling: 4, from: logits, void: VoidMask(of: labels), exploration: exploration, seed: 25, step: 0)
    let found = imagePolicyGradient(
      sampled, rewards: sampled.rewards(problem.score, labels: labels), estimator: .init(advantage, syncAN: .off))
    let exact = problem.exactGradient(exploration: Double(exploration), problem.reward)
    expectMean(rows(found.gradient, images: images, factor: -Double(labels.count { $0 != 255 })), is: exact)
  }

  /// What the regression takes out of the rewards is noise: eight pixels of one region, each of them right half of the
  /// time, whose number explains the score.
  @Test func regressionHasLessVarianceThanPairs() {
    let labels = [UInt8](repeating: 0, count: 8)
    let problem = EnumeratedProblem(labels: labels, classes: 2, score: .pixelAccuracy, spread: 0.1)
    let logits = Tensor(repeated(problem.logits, 4000), shape: [4000, 1, 8, 2])
    let variance = [ImageAdvantage.psd, .regression].map { advantage in
      statistics(contributions(problem, logits: logits, maps: 16, advantage: advantage)).variance.reduce(0, +)
    }
    #expect(variance[1] < 0.8 * variance[0])
  }

  /// PSD is worth having where images differ in difficulty: a mean over the batch is then no image's baseline. Of three
  /// pixels one is undecided; the other two are right for certain in half of the images, and wrong in the others. Both
  /// estimators have the same mean; PSD's variance is about half the other's for two maps, and less for more.
  @Test(arguments: [2, 4, 16]) func pairsHaveLessVarianceWhereImagesDiffer(maps: Int) {
    let half = 20_000
    let problem = EnumeratedProblem(labels: [0, 1, 1], classes: 2, score: .pixelAccuracy)
    let (easy, hard): ([Float], [Float]) = ([20, -20, -20, 20, 0, 0], [-20, 20, 20, -20, 0, 0])
    let logits = (0..<half).flatMap { _ in easy } + (0..<half).flatMap { _ in hard }
    let batch = Tensor(logits, shape: [2 * half, 1, 3, 2])
    let naive = contributions(problem, logits: batch, maps: maps, advantage: .naive)
    let psd = contributions(problem, logits: batch, maps: maps, advantage: .psd)
    for part in [0..<half, half..<2 * half] {
      let (a, b) = (statistics(Array(naive[part])), statistics(Array(psd[part])))
      for c in 0..<6 {
        let error = ((a.variance[c] + b.variance[c]) / Double(half)).squareRoot()
        #expect(abs(a.mean[c] - b.mean[c]) <= 4 * error + 1e-7)
      }
      #expect(b.variance.reduce(0, +) < 0.6 * a.variance.reduce(0, +))
    }
  }

  /// Where all images are alike, the mean over the batch is the better baseline: it comes from more maps than an
  /// image's own.
  @Test func pairsHaveMoreVarianceWhereImagesAreAlike() {
    let problem = EnumeratedProblem(labels: [0, 1, 1], classes: 2, score: .meanIoU)
    let logits = Tensor(repeated(problem.logits, 20_000), shape: [20_000, 1, 3, 2])
    let variance = ImageAdvantage.allCases.map { advantage in
      statistics(contributions(problem, logits: logits, maps: 2, advantage: advantage)).variance.reduce(0, +)
    }
    #expect(variance[1] > variance[0])
  }
}
