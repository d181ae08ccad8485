import Datasets
import Foundation
import Images
import Networks
import Randomness
import Support
import Testing
import Training

@testable import WeakSupervision

/// Scenes of 16 x 16 with stripes (class 1) above, a block (class 2) below, both or neither, on faint noise.
func patterns(_ split: String, count: Int, seed: UInt64) -> InMemoryDataset {
  let samples = (0..<count).map { index in
    var random = RandomStream(seed: seed, purpose: .scenes, index: UInt32(truncatingIfNeeded: index))
    var image = Image(width: 16, height: 16, channels: 1, fill: 0)
    for i in image.values.indices { image.values[i] = 0.1 * random.uniform() }
    var labels = LabelMap(width: 16, height: 16, fill: 0)
    for k in UInt8(1)...2 where random.uniform() < 0.5 {
      let (left, top) = (random.integer(below: 10), k == 1 ? 0 : 10)
      for y in top..<top + 6 {
        for x in left..<left + 6 {
          image[x, y, 0] = k == 2 || y % 2 == 0 ? 0.9 : 0.2
          labels[x, y] = k
        }
      }
    }
    return Sample(image: image, labels: labels)
  }
  return InMemoryDataset(name: "patterns/\(split)", classes: ["background", "stripes", "block"], samples: samples)
}

/// Learns the patterns' tags in about a second.
func patternRecipe(steps: Int = 60) -> (recipe: Recipe, weak: WeakRecipe) {
  var recipe = Recipe(objective: .crossEntropy, networkWidth: 4, steps: steps, imageHeight: 16, imageWidth: 16)
  recipe.batchSize = 8
  recipe.learningRate = 1e-2
  let weak = WeakRecipe(
    seeds: .cam, classifierWidth: 4, classifierSteps: steps, classifierLearningRate: 1e-2, outputStride: 2, scales: [1],
    mirrored: false)
  return (recipe, weak)
}

/// A classifier with weights of its seed alone, and what a seed maker needs beside it.
func untrainedSeedMaker(
  _ method: SeedMethod = .cam, outputStride: Int = 2, scales: [Float] = [1], mirrored: Bool = false
) -> SeedMaker {
  let classifier = Classifier(.init(channels: 1, width: 2, outputs: 2, outputStride: outputStride), seed: 3)
  return SeedMaker(
    classifier, normalization: .identity(channels: 1), method: method, scales: scales, mirrored: mirrored)
}

/// The `InputError` that the work throws; records an issue when it throws none.
func inputError(sourceLocation: SourceLocation = #_sourceLocation, _ work: () throws -> some Any) -> InputError {
  do {
    _ = try work()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch let error as InputError {
    return error
  } catch {
    Issue.record("not an InputError: \(error)", sourceLocation: sourceLocation)
  }
  return InputError("", found: "", expected: "", advice: "")
}
