import Datasets
import Networks
import Randomness
import Ranks
import Support
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite struct ShardsTests {
  /// A network, a batch, and what one step of cross-entropy makes of both.
  private struct Step {
    var logits: [Float]
    var gradients: [[Float]]
    var statistics: [[Float]]
  }

  private static let size = 32

  private static func step(
    _ shards: Shards?, images: Range<Int> = 0..<8, network parts: EncoderDecoder? = nil, threads: Int = 1
  ) throws -> Step {
    let before = Threads.count
    defer { Threads.use(before) }
    Threads.use(threads)
    var recipe = tinyRecipe(.crossEntropy)
    (recipe.shards, recipe.network) = (shards, parts)
    (recipe.imageHeight, recipe.imageWidth) = (size, size)
    let data = rectangles("train", count: 8, seed: 1, width: size, height: size, voids: true)
    let batches = recipe.batches(
      of: data as any LabelledDataset,
      normalization: Normalization(
        mean: parts == nil ? [0.2] : [0.2, 0.2, 0.2],
        standardDeviation: [Float](repeating: 0.3, count: parts == nil ? 1 : 3)),
      seed: 1, share: BatchShare(images, of: SingleProcess()))
    let batch = try batches.batch(at: 0)
    let network = recipe.architecture(for: data).network(seed: 3)
    let propagation = Propagation(network, by: recipe, among: .alone)
    let logits = propagation.forward(batch)
    propagation.backward(crossEntropy(logits: logits, labels: try batches.labels(at: 0)).gradient)
    propagation.moveStatistics()
    return Step(
      logits: logits.scalars, gradients: network.parameters.map { $0.gradient?.scalars ?? [] },
      statistics: network.statistics.flatMap { [$0.mean.scalars, $0.variance.scalars] })
  }

  private static func difference(_ a: [Float], _ b: [Float]) -> Double {
    guard a.count == b.count else { return .infinity }
    let size = b.reduce(0) { $0 + Double($1) * Double($1) }
    let difference = zip(a, b).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
    return (difference / max(size, 1e-12)).squareRoot()
  }

  /// The whole batch's own computation is the independent one: other sums, other primitives.
  @Test(arguments: [nil, EncoderDecoder(.mobilenetV2, .deeplabV3Plus)] as [EncoderDecoder?], [1, 2, 4])
  func synchronisedShardsAreTheWholeBatch(network: EncoderDecoder?, size: Int) throws {
    let whole = try Self.step(nil, network: network)
    let cut = try Self.step(Shards(size: size), network: network)
    #expect(Self.difference(cut.logits, whole.logits) < 1e-4)
    // Of a deep network in training mode, values so near a ReLU's kink change sides (benchmarks/README.md, `twin.py`).
    let bound = network == nil ? 1e-4 : 0.02
    #expect(Self.difference(cut.gradients.flatMap { $0 }, whole.gradients.flatMap { $0 }) < bound)
    for (cut, whole) in zip(cut.statistics, whole.statistics) {
      #expect(zip(cut, whole).allSatisfy { abs($0 - $1) < 1e-4 })
    }
  }

  @Test(arguments: [nil, EncoderDecoder(.mobilenetV2, .deeplabV3Plus)] as [EncoderDecoder?])
  func threadsChangeNoBit(network: EncoderDecoder?) throws {
    for normalization in [Shards.Normalization.synchronised, .perShard] {
      let shards = Shards(size: 2, normalization: normalization)
      let one = try Self.step(shards, network: network)
      for threads in 2...3 {
        let several = try Self.step(shards, network: network, threads: threads)
        #expect(several.logits == one.logits && several.gradients == one.gradients)
        #expect(several.statistics == one.statistics)
      }
    }
  }

  @Test func shardsWithStatisticsOfTheirOwnAreBatchesOfTheirOwn() throws {
    let cut = try Self.step(Shards(size: 4, normalization: .perShard))
    let halves = try [0..<4, 4..<8].map { try Self.step(nil, images: $0) }
    #expect(Self.difference(cut.logits, halves.flatMap(\.logits)) < 1e-5)
    // Running statistics move towards the mean over shards, so they are the mean of what each shard alone would make of them.
    for (i, found) in cut.statistics.enumerated() {
      let mean = zip(halves[0].statistics[i], halves[1].statistics[i]).map { ($0 + $1) / 2 }
      #expect(Self.difference(found, mean) < 1e-5)
    }
  }

  @Test func shardsThatCannotBe() throws {
    var recipe = tinyRecipe(.crossEntropy)
    for size in [0, 3, 9] {
      recipe.shards = Shards(size: size)
      #expect(inputError { try recipe.validate() }.subject.contains("shardSize"))
    }
    recipe.shards = Shards(size: 2, normalization: .frozen)
    #expect(inputError { try recipe.validate() }.subject.contains("shardNormalization"))
    recipe.shards = nil
    let several = LocalRanks.run(2) { [recipe] ranks in inputError { try recipe.share(among: ranks) }.found }
    #expect(several == ["none", "none"])
    recipe.shards = Shards(size: 4)
    let many = LocalRanks.run(3) { [recipe] ranks in inputError { try recipe.share(among: ranks) }.expected }
    #expect(many.allSatisfy { $0.contains("3 ranks") })
    let two = LocalRanks.run(2) { [recipe] ranks in try? recipe.share(among: ranks).places }
    #expect(two == [0..<4, 4..<8])
  }

  @Test func whatIsCutByDefault() {
    #expect(Shards(ofBatch: 16).size == 2 && Shards(ofBatch: 8).size == 1 && Shards(ofBatch: 5).size == 1)
  }
}
