import Rewards
import Tensors

/// What one step of any objective gives: a number to watch and the gradient with respect to the logits.
public struct StepOutcome {
  /// The loss; nil for rewards, or where every pixel is void.
  public let loss: Double?
  /// The mean reward; nil for cross-entropy, or where every pixel is void.
  public let reward: Double?
  /// Reward queries spent: pixels for pixel-level, maps for image-level reward, none for cross-entropy.
  public let queries: Int
  public let gradient: Tensor
}

extension Recipe {
  /// The gradient of this recipe's objective at the logits of one batch.
  ///
  /// - Parameters:
  ///   - logits: `[N, H, W, K]`.
  ///   - labels: N H W class ids, 255 = void. Cross-entropy reads them; a reward's learner reads only what is void, and
  ///     the score compares sampled maps with them.
  ///   - rewards: of the maps of an image-level reward's learner, one for each map of an image, or of the patches of which
  ///     there are the given number along the shorter side.
  /// - Throws: what `rewards` throws.
  public func outcome(
    logits: Tensor, labels: [UInt8], seed: UInt64, step: Int, rewards: (ActionMaps, Int) throws -> ImageRewards
  ) rethrows -> StepOutcome {
    switch objective {
    case .crossEntropy:
      return StepOutcome(crossEntropy(logits: logits, labels: labels))
    case .pixelReward:
      let sampled = ActionMaps(
        sampling: maps, from: logits, labels: labels, exploration: exploration, seed: seed, step: step)
      let estimator = PixelEstimator(syncAN: syncAN, propensityFloor: propensityFloor, entropyBonus: entropyBonus)
      return StepOutcome(pixelPolicyGradient(sampled, labels: labels, estimator: estimator))
    case .imageReward:
      let (_, height, width, _) = logits.nhwc
      let grid = ScaleGrid(cells: scales.cells(at: step, of: steps), height: height, width: width)
      let sampled = ActionMaps(
        sampling: maps, from: logits, labels: labels, grid: grid, exploration: exploration, seed: seed, step: step)
      let estimator = ImageEstimator(
        advantage, syncAN: syncAN, pairDivision: pairDivision, regions: regions.cells(at: step, of: steps),
        entropyBonus: entropyBonus)
      let rewards = try rewards(sampled, estimator.regions)
      return StepOutcome(imagePolicyGradient(sampled, rewards: rewards, estimator: estimator))
    }
  }

  /// The same, with this recipe's score against the labels as the image-level reward.
  public func outcome(logits: Tensor, labels: [UInt8], seed: UInt64, step: Int) -> StepOutcome {
    outcome(logits: logits, labels: labels, seed: seed, step: step) {
      $0.rewards(score, labels: labels, regions: $1)
    }
  }
}

extension StepOutcome {
  init(_ loss: StepOutcome) { self.init(loss: loss.loss, reward: nil, queries: 0, gradient: loss.gradient) }

  fileprivate init(_ policy: PolicyGradient) {
    self.init(loss: nil, reward: policy.meanReward, queries: policy.queries, gradient: policy.gradient)
  }
}
