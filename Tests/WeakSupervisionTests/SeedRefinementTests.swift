import Datasets
import Foundation
import Images
import Testing

@testable import WeakSupervision

@Suite struct SeedRefinementTests {
  private func scores(_ values: [Float], _ classes: [UInt8] = [0, 2]) -> TagScores {
    TagScores(width: values.count / classes.count, height: 1, classes: classes, values: values)
  }

  /// The background wins where the other class is below the threshold, as it does at one score everywhere, and is the
  /// less certain the nearer that is.
  @Test(arguments: [0.1, 0.35, 0.5, 0.9] as [Float]) func theComplementDecidesAsTheThreshold(threshold: Float) {
    let others: [Float] = [0, 0.5 * threshold, 0.99 * threshold, 1.01 * threshold, 0.95, 1]
    let found = scores(others.flatMap { [threshold, $0] }).withComplementaryBackground(0)
    #expect(
      found.labels(background: 0).classes == scores(others, [2]).labels(above: threshold, background: 0).classes)
    let background = others.indices.map { found.values[2 * $0] }
    #expect(background.first == 1 && background.last == 0)
    #expect(zip(background, background.dropFirst()).allSatisfy { $0 >= $1 })
    // At the threshold itself both are equal: the power is the one that PSA's formula needs.
    let equal = scores([threshold, threshold]).withComplementaryBackground(0)
    #expect(abs(equal.values[0] - threshold) < 1e-5)
  }

  @Test func thresholdsAtTheEnds() {
    #expect(scores([0, 0.5, 0, 0.001]).withComplementaryBackground(0).labels(background: 0).classes == [2, 2])
    #expect(scores([1, 0.5, 1, 0.999]).withComplementaryBackground(0).values == [1, 0.5, 1, 0.999])
    // The background alone: nothing is higher than nothing.
    #expect(scores([0.3, 0.3], [0]).withComplementaryBackground(0).values == [1, 1])
    #expect(scores([0.3], [2]).withComplementaryBackground(0).values == [0.3])
    #expect(scores([], [0]).withComplementaryBackground(0).values == [])
  }

  /// A bright half that its class's scores half cover: what is far above is certain, what is near nothing is
  /// background.
  @Test func confidentLabelsFollowTheImage() throws {
    let image = twoColours(height: 6, width: 12, channels: 1, seed: 1)
    var seeds = TagScores(width: 12, height: 6, classes: [3], values: [Float](repeating: 0, count: 72))
    for p in 0..<72 where p % 12 >= 8 { seeds.values[p] = 1 }
    let labels = try seeds.confidentLabels(
      in: image, around: 0.5, background: 0, AffinityRecipe(certain: 0.6, possible: 0.15),
      DenseCRF(appearancePosition: 8))
    #expect((0..<6).allSatisfy { labels[10, $0] == 3 && labels[1, $0] == 0 })
    #expect(Set(labels.classes).isSubset(of: [0, 3, 255]))
    // Without a class, everything is background.
    let none = TagScores(width: 12, height: 6, classes: [], values: [])
    let bare = try none.confidentLabels(in: image, around: 0.5, background: 0, AffinityRecipe(), DenseCRF())
    #expect(bare == LabelMap(width: 12, height: 6, fill: 0))
  }

  /// The affinity walk on all threads makes of each image what it makes of it alone, and learns from seeds only.
  @Test(arguments: [1, 2]) func theWalkOnAllThreads(stride: Int) throws {
    let training = patterns("train", count: 12, seed: 1)
    let tagged = try TaggedDataset(tagging: training, background: 0)
    let seeds = untrainedSeedMaker()
    let recipe = AffinityRecipe(
      networkWidth: 2, features: 4, stride: stride, radius: 3, background: 0, steps: 3, batchSize: 4,
      walk: RandomWalk(beta: 2, logSteps: 2))
    let crf = DenseCRF(smoothnessWeight: 0, appearanceWeight: 3, appearancePosition: 8, iterations: 2)
    let step = try SeedRefinement.affinityWalk(recipe, trusting: crf).prepared(
      for: .init(training: tagged, seeds: seeds, threshold: 0.3, seed: 1, shards: nil, ranks: .alone, checkStop: {}))
    try seeds.forEachGroup(in: tagged, ranks: .alone) { group in
      let prepared = try group.map { try step(training.sample(at: $0.index).image) }
      func refined(_ n: Int) throws -> [TagScores] {
        try prepared[n]([0.2, 0.5].map { group[n].scores.adding(0, score: $0) })
      }
      let alone = try group.indices.map(refined)
      #expect(try parallelMap(group.count, refined) == alone)
      for (n, several) in alone.enumerated() {
        for scores in several {
          #expect(scores.classes == group[n].scores.adding(0, score: 0.2).classes)
          #expect(scores.values.allSatisfy { $0 >= 0 && $0 <= 1.0001 })
        }
      }
    }
  }
}
