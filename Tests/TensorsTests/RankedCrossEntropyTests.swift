import Randomness
import Ranks
import TestSupport
import Testing

@testable import Tensors

@Suite struct RankedCrossEntropyTests {
  @Test func lossAndGradientAreThoseOfOneProcess() {
    let (images, side, classes) = (4, 40, 3)
    var random = RandomStream(seed: 1, purpose: .scenes)
    let scalars = (0..<images * side * side * classes).map { _ in random.uniform() }
    let labels = (0..<images * side * side).map { UInt8($0 % 5 == 0 ? 255 : $0 % classes) }
    func found(ranks count: Int) -> (loss: [Double?], gradient: [Float]) {
      let parts = LocalRanks.run(count) { ranks -> (Double?, [Float]) in
        let own = ranks.share(of: images)
        let logits = Tensor(scalars, shape: [images, side, side, classes])
        let pixels = own.lowerBound * side * side..<own.upperBound * side * side
        let outcome = crossEntropy(logits: logits.images(own), labels: Array(labels[pixels]), ranks: ranks)
        return (outcome.loss, outcome.gradient.scalars)
      }
      return (parts.map(\.0), parts.flatMap(\.1))
    }
    let alone = found(ranks: 1)
    for ranks in 2...4 {
      let several = found(ranks: ranks)
      #expect(several.gradient == alone.gradient)
      #expect(several.loss == [Double?](repeating: alone.loss[0], count: ranks))
    }
  }
}
