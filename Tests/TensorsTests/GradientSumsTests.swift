import Randomness
import Ranks
import TestSupport
import Testing

@testable import Tensors

@Suite struct GradientSumsTests {
  @Test(arguments: [1, 2, 3, 5, 8, 13])
  func everyRanksBlocksCoverItsShards(shards: Int) {
    let tree = ShardTree(shards: shards)
    for first in 0...shards {
      for end in first...shards {
        let blocks = tree.blocks(of: first..<end)
        #expect(blocks.flatMap { Array(tree.range(of: $0)) } == Array(first..<end))
        // None of them could be larger.
        for block in blocks { #expect(!tree.goesOn(from: block, within: first..<end)) }
      }
    }
  }

  @Test func aTreeAddsInItsOwnOrder() {
    let tree = ShardTree(shards: 5)
    let given = tree.sum({ $0.level == 0 && $0.index < 5 ? "\($0.index)" : nil }) { "(\($0)+\($1))" }
    #expect(given == "(((0+1)+(2+3))+4)")
  }

  /// Numbers of such different sizes that any other order of additions shows.
  private static func gradient(shard: Int, count: Int) -> Tensor {
    var random = RandomStream(seed: 7, purpose: .scenes, step: UInt32(shard))
    return Tensor(
      (0..<count).map { _ in (random.uniform() - 0.5) * Float(1 << random.integer(below: 20)) }, shape: [count])
  }

  /// The sums of two parameters' gradients, as every rank finds them.
  private static func sums(shards: Int, ranks count: Int, _ reduction: Reduction = .ordered) -> [[Float]] {
    LocalRanks.run(count) { ranks in
      let parameters = [300_000, 7].enumerated().map {
        Parameter(name: "\($0)", value: Tensor(zeros: [$1]), decays: false)
      }
      let sums = GradientSums(of: parameters, shards: shards, ranks: ranks, reduction: reduction)
      for step in 0..<2 {
        // The last shard first: the order in which they come is nobody's business.
        for shard in ranks.share(of: shards).reversed() {
          for parameter in parameters.reversed() {
            sums.add(gradient(shard: shard + step, count: parameter.value.count), of: parameter, shard: shard)
          }
        }
        for parameter in parameters { parameter.clearGradient() }
        sums.finish()
      }
      return parameters.flatMap { $0.gradient?.scalars ?? [] }
    }
  }

  @Test(arguments: [1, 5, 8])
  func theSameBitsForAnyNumberOfRanks(shards: Int) {
    let alone = Self.sums(shards: shards, ranks: 1)[0]
    let expected = (0..<7).map { i in
      (0..<shards).reduce(0.0) { $0 + Double(Self.gradient(shard: $1 + 1, count: 7).scalars[i]) }
    }
    #expect(alone.count == 300_007)
    for (found, expected) in zip(alone.suffix(7), expected) {
      #expect(abs(Double(found) - expected) <= 1e-6 * max(1e5, abs(expected)))
    }
    for ranks in 2...5 where ranks <= shards {
      for found in Self.sums(shards: shards, ranks: ranks) { #expect(found == alone) }
    }
  }

  @Test func theFastWayHasTheSameSumToWithinRounding() {
    let alone = Self.sums(shards: 8, ranks: 1)[0]
    for found in Self.sums(shards: 8, ranks: 3, .fast) {
      #expect(found.count == alone.count)
      #expect(zip(found, alone).allSatisfy { abs($0 - $1) <= 1e-5 * max(1e5, abs($1)) })
    }
  }

  @Test func whatNothingDependsOnHasNoGradient() {
    let found = LocalRanks.run(2) { ranks -> [Bool] in
      let parameters = ["used", "unused"].map { Parameter(name: $0, value: Tensor(zeros: [3]), decays: false) }
      let sums = GradientSums(of: parameters, shards: 2, ranks: ranks, reduction: .ordered)
      sums.add(Tensor([1, 2, 3], shape: [3]), of: parameters[0], shard: ranks.rank)
      sums.finish()
      return [parameters[0].gradient?.scalars == [2, 4, 6], parameters[1].gradient == nil]
    }
    #expect(found == [[true, true], [true, true]])
  }
}
