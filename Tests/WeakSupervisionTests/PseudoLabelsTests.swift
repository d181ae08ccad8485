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
    _ change: (inout WeakRecipe) -> Void = { _ in }, tagged: TaggedDataset? = nil, refinement: SeedRefinement? = nil,
    data: DatasetSplits? = nil, checkStop: @escaping StopCheck = {}
  ) throws -> PseudoLabels {
    let recipe = patternRecipe().recipe
    var weak = patternRecipe().weak
    change(&weak)
    let tagged = try tagged ?? TaggedDataset(tagging: training, background: 0)
    return try makePseudoLabels(
      weak, classifier: try ClassifierTraining(weak, within: recipe, on: tagged, seed: 1).run(), training: tagged,
      data: data ?? DatasetSplits(train: training, tuning: tuning, validation: tuning, backgroundClass: 0),
      refinement: refinement, seed: 1, checkStop: checkStop)
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

  /// Every stage asks whether to stop, again and again, and stops where it is told to.
  @Test(arguments: [WeakRecipe.RefinementKind.none, .crf, .affinityWalk]) func everyStageCanBeStopped(
    kind: WeakRecipe.RefinementKind
  ) throws {
    struct Stop: Error {}
    var affinity = AffinityRecipe(networkWidth: 1, features: 2, background: 0, steps: 3, batchSize: 2)
    affinity.walk = RandomWalk(beta: 2, logSteps: 1)
    let crf = DenseCRF(iterations: 1)
    let refinement: SeedRefinement? =
      switch kind {
      case .crf: .crf(crf)
      case .affinityWalk: .affinityWalk(affinity, trusting: crf)
      default: nil
      }
    let asked = Mutex(0)
    _ = try make(refinement: refinement) { asked.withLock { $0 += 1 } }
    let times = asked.withLock { $0 }
    // 72 images are looked at in groups; a refinement asks for each image at the least.
    #expect(times >= (kind == .none ? 10 : 3 * 24 + 48), "\(times) times")
    for most in [0, times / 3, times / 2, times - 1] {
      asked.withLock { $0 = 0 }
      #expect(throws: Stop.self) {
        try make(refinement: refinement) {
          try asked.withLock {
            $0 += 1
            if $0 > most { throw Stop() }
          }
        }
      }
      // Each thread may be in the middle of something, and no more is begun.
      #expect(asked.withLock { $0 } <= most + 64)
    }
  }

  /// A threshold is chosen by labels of the tuning split: where there are none, that is said.
  @Test func aThresholdThatCanNotBeChosen() throws {
    let data = DatasetSplits(
      images: training, tuningImages: try UnlabelledDataset(droppingLabelsOf: tuning), validation: tuning,
      backgroundClass: 0)
    #expect(inputError { try make(data: data) }.found == "images without labels")
    _ = try make({ $0.threshold = 0.4 }, data: data)
  }

  /// An image that nobody tagged is background, however bright what it shows.
  @Test func imagesWithoutTagsAreBackground() throws {
    let tagged = try TaggedDataset(tagging: training, background: 0)
    let pseudo = try make(tagged: tagged)
    let bare = try #require(tagged.tags.firstIndex(of: []))
    #expect(try pseudo.dataset.sample(at: bare).labels == LabelMap(width: 16, height: 16, fill: 0))
  }
}
