import Datasets
import Metrics
import Tensors
import Testing

@testable import WeakSupervision

@Suite struct ClassifierEvaluationTests {
  /// Each image's logits against each image's tags, asked for one by one.
  @Test func scoresAreThoseOfEachImage() throws {
    let maker = untrainedSeedMaker()
    let data = patterns("val", count: 20, seed: 3)
    let tagged = try TaggedDataset(tagging: data, background: 0)
    let found = try maker.classifier.evaluate(on: tagged, normalization: .identity(channels: 1))
    let logits = try (0..<20).map { try maker.logits(of: data.sample(at: $0).image) }
    for c in 0..<2 {
      let expected = averagePrecision(
        scores: logits.map { $0[c] }, positives: tagged.tags.map { $0.contains(UInt8(c + 1)) })
      let value = try #require(found.averagePrecision[c])
      #expect(abs(value - (try #require(expected))) < 1e-6)
    }
  }
}
