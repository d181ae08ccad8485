import Datasets
import Foundation
import Images
import Randomness
import Support
import Testing
import Training

/// An easy problem: a bright rectangle on noise, its pixels class 1, the others class 0; `voids` marks the top row.
func rectangles(
  _ split: String, count: Int, seed: UInt64, width: Int = 16, height: Int = 16, voids: Bool = false
) -> InMemoryDataset {
  let samples = (0..<count).map { index in
    var random = RandomStream(seed: seed, purpose: .scenes, index: UInt32(truncatingIfNeeded: index))
    let left = random.integer(below: width / 2)
    let top = random.integer(below: height / 2)
    var image = Image(width: width, height: height, channels: 1, fill: 0)
    var labels = LabelMap(width: width, height: height, fill: 0)
    for y in 0..<height {
      for x in 0..<width {
        let inside = (left..<left + width / 2).contains(x) && (top..<top + height / 2).contains(y)
        image[x, y, 0] = (inside ? 0.7 : 0) + 0.3 * random.uniform()
        labels[x, y] = voids && y == 0 ? LabelMap.void : inside ? 1 : 0
      }
    }
    return Sample(image: image, labels: labels)
  }
  return InMemoryDataset(name: "rectangles/\(split)", classes: ["background", "rectangle"], samples: samples)
}

func rectangleSplits(voids: Bool = false) -> DatasetSplits {
  DatasetSplits(
    train: rectangles("train", count: 24, seed: 1, voids: voids),
    tuning: rectangles("tuning", count: 4, seed: 2, voids: voids),
    validation: rectangles("val", count: 5, seed: 3, width: 13, height: 11, voids: voids), backgroundClass: 0)
}

/// A recipe of the smallest size that learns the rectangles within a second.
func tinyRecipe(_ objective: Recipe.Objective, steps: Int = 60) -> Recipe {
  var recipe = Recipe(
    objective: objective, maps: objective == .imageReward ? 16 : 1, networkWidth: 4, steps: steps, imageHeight: 16,
    imageWidth: 16)
  recipe.batchSize = 8
  recipe.learningRate = 1e-2
  recipe.evaluations = 3
  return recipe
}

/// Runs the body in a folder of its own, which is removed afterwards.
func inTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("training-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
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
