import Foundation
import Images
import Tensors
import Testing

@testable import Rewards

@Suite struct EntropyBonusTests {
  /// The bonus alone, by central differences of the mean entropy over units with a label.
  @Test func isTheGradientOfTheMeanEntropy() {
    let logits = randomTensor([2, 2, 3, 4], seed: 1)
    let labels = randomLabels(12, classes: 4, seed: 2)
    func loss(_ logits: Tensor) -> Double {
      let counted = softmax(logits).enumerated().filter { labels[$0.offset] != 255 }.map(\.element)
      return 0.3 * counted.reduce(0.0) { $0 + $1.reduce(0) { $0 + $1 * log($1) } } / Double(counted.count)
    }
    let sampled = ActionMaps(sampling: 2, from: logits, void: VoidMask(of: labels), seed: 3, step: 0)
    let nothing = StepOutcome(reward: 0.5, queries: 4, gradient: Tensor(zeros: logits.shape))
    let found = nothing.addingEntropyBonus(0.3, of: sampled, ranks: .alone)
    #expect(found.reward == 0.5 && found.queries == 4)
    let expected = logits.scalars.indices.map { i in
      let step = [-1e-3, 1e-3].map { (step: Float) in
        var scalars = logits.scalars
        scalars[i] += step
        return loss(Tensor(scalars, shape: logits.shape))
      }
      return (step[1] - step[0]) / 2e-3
    }
    #expect(relativeError(found.gradient, expected) < 2e-3)
  }

  @Test func aCertainPolicyStaysFinite() {
    let logits = Tensor([200, -200, 0, 0], shape: [1, 1, 2, 2])
    let sampled = ActionMaps(sampling: 2, from: logits, void: VoidMask(of: [0, 255]), seed: 3, step: 0)
    let nothing = StepOutcome(reward: nil, queries: 0, gradient: Tensor(zeros: [1, 1, 2, 2]))
    #expect(nothing.addingEntropyBonus(1, of: sampled, ranks: .alone).gradient.scalars.allSatisfy { abs($0) < 1e-30 })
  }
}
