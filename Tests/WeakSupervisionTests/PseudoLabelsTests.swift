import Datasets
import Images
import Metrics
import Synchronization
import Testing

@testable import WeakSupervision

@Suite struct PseudoLabelsTests {
  private let training = patterns("train", count: 48, seed: 1)
  private let tuning = patterns("tuning", count: 24, seed: 2)

  private func make(
    _ change: (inout WeakRecipe) -> Void = { _ in }, tagged: TaggedDataset? = nil, refinement: SeedRefinement? = nil
  ) throws -> PseudoLabels {
    let recipe = patternRecipe().recipe
    var weak = patternRecipe().weak
    change(&weak)
    let tagged = try tagged ?? TaggedDataset(tagging: training, background: 0)
    return try makePseudoLabels(
      weak, classifier: try .trained(weak, within: recipe, on: tagged, seed: 1), training: tagged, tuning: tuning,
      refinement: refinement, seed: 1)
  }

  /// Labels are tags of their image or background, and far better than background everywhere (a mean IoU below 1/3).
  @Test func labelsAreTagsAndBackground() throws {
    let pseudo = try make()
    let tagged = try TaggedDataset(tagging: training, background: 0)
    #expect(pseudo.dataset.count == 48 && pseudo.dataset.classes == training.classes)
    for index in 0..<48 {
      let sample = try pseudo.dataset.sample(at: index)
      #expect(sample.image == (try training.sample(at: index)).image)
      #expect(Set(sample.labels.classes).isSubset(of: Set(tagged.tags[index] + [0])))
    }
    let quality = try PseudoLabelQuality(of: pseudo, tagged: tagged, truth: training)
    #expect(quality.seedMeanIoU == quality.meanIoU)
    #expect(try #require(quality.seedMeanIoU) > 0.4)
    #expect(try #require(quality.oracleSeedMeanIoU) >= #require(quality.seedMeanIoU))
    #expect(try #require(pseudo.seedThreshold.tuningMeanIoU) > 0.4)
    #expect(pseudo.seedThreshold == pseudo.threshold)
  }

  @Test func theSameEachTime() throws {
    #expect(try make().dataset.fingerprint == make().dataset.fingerprint)
  }

  @Test func aThresholdThatIsGivenIsTaken() throws {
    let pseudo = try make { $0.threshold = 1 }
    #expect(pseudo.threshold == Threshold(score: 1, tuningMeanIoU: nil))
    #expect(pseudo.seedMaps.allSatisfy { $0.classes.allSatisfy { $0 == 0 } })
  }

  /// A refinement sees each training image once with its tags and background, and what it returns is learned from.
  @Test func refinementDecidesTheLabels() throws {
    let prepared = Mutex(0)
    let refinement = SeedRefinement(learning: { setting in
      prepared.withLock { $0 += 1 }
      #expect(setting.training.count == 48 && setting.seed == 1)
      return { image in
        return { several in
          several.map { scores in
            #expect(scores.classes.first == 0 && image.width == scores.width)
            // All of the image is its last class.
            let count = scores.classes.count
            var refined = scores
            for i in refined.values.indices { refined.values[i] = i % count == count - 1 ? 1 : 0 }
            return refined
          }
        }
      }
    })
    let pseudo = try make(refinement: refinement)
    let tagged = try TaggedDataset(tagging: training, background: 0)
    #expect(prepared.withLock { $0 } == 1)
    for index in 0..<48 {
      let expected = tagged.tags[index].last ?? 0
      #expect(try pseudo.dataset.sample(at: index).labels == LabelMap(width: 16, height: 16, fill: expected))
    }
    #expect(pseudo.seedMaps == (try make().seedMaps))
  }

  /// An image that nobody tagged is background, however bright what it shows.
  @Test func imagesWithoutTagsAreBackground() throws {
    let tagged = try TaggedDataset(tagging: training, background: 0)
    let pseudo = try make(tagged: tagged)
    let bare = try #require(tagged.tags.firstIndex(of: []))
    #expect(try pseudo.dataset.sample(at: bare).labels == LabelMap(width: 16, height: 16, fill: 0))
  }
}
