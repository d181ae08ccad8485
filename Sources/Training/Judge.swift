import Datasets
import Images
import Rewards
import Support

/// Gets the rewards of each step's maps from a run's reward source, and holds what that takes: the program, and the
/// images as they are before normalisation.
final class Judge {
  private enum Source {
    case score(Score)
    case closure((Image, LabelMap) throws -> Double)
    case program(RewardSession)
  }

  private let source: Source
  /// The training batches again, without normalisation.
  private let loader: BatchLoader
  /// Whole images' sizes by their place in the training split, as far as they were asked for.
  private var sizes: [Int: PixelSize] = [:]

  /// Starts the program, where there is one.
  ///
  /// - Parameter loader: of the batches that the network is trained on.
  /// - Throws: `InputError` as `RewardSession`.
  init(_ source: RewardSource, recipe: Recipe, loader: BatchLoader) throws {
    self.loader = loader.withoutNormalization
    switch source {
    case .score: self.source = .score(recipe.score)
    case .closure(let reward): self.source = .closure(reward)
    case .program(let program):
      let hello = RewardHello(
        classes: loader.dataset.classes, width: loader.width, height: loader.height, channels: loader.dataset.channels,
        maps: recipe.maps, batch: loader.batchSize)
      self.source = .program(try RewardSession(program, hello: hello))
    }
  }

  /// - Parameters:
  ///   - regions: patches along the shorter side that have a reward of their own; the built-in score alone knows patches.
  ///   - labels: of the batch; only the built-in score reads them.
  /// - Throws: `InputError` that names the step, and the image and map where it is about one of them.
  func rewards(of sampled: ActionMaps, regions: Int, labels: [UInt8], step: Int) throws -> ImageRewards {
    switch source {
    case .score(let score):
      return sampled.rewards(score, labels: labels, regions: regions)
    case .closure(let reward):
      let indices = loader.indices(at: step)
      return try sampled.rewards(of: try frames(at: step)) { n, m in
        "the reward at step \(step), image \(loader.dataset.identifier(at: indices[n])), mask \(m)"
      } by: { image, mask in
        try reward(image, mask)
      }
    case .program(let session):
      return try session.rewards(
        of: sampled, subjects: try subjects(at: step, withPixels: session.wantsPixels), step: step)
    }
  }

  /// Ends the program, where there is one.
  func end() {
    if case .program(let session) = source { session.end() }
  }

  /// The batch's images in 0...1, as the network sees them but for the normalisation.
  private func frames(at step: Int) throws -> [Image] {
    let batch = try loader.batch(at: step)
    let count = batch.height * batch.width * batch.channels
    return (0..<batch.count).map { n in
      Image(
        width: batch.width, height: batch.height, channels: batch.channels,
        values: Array(batch.pixels[n * count..<(n + 1) * count]))
    }
  }

  private func subjects(at step: Int, withPixels: Bool) throws -> [RewardSession.Subject] {
    let frames = withPixels ? try frames(at: step) : nil
    return try loader.indices(at: step).enumerated().map { n, index in
      let size = try sizes[index] ?? loader.dataset.size(at: index)
      sizes[index] = size
      return RewardSession.Subject(
        name: loader.dataset.identifier(at: index), index: index, size: (size.width, size.height),
        origin: loader.frameOrigin(in: size), frame: frames?[n])
    }
  }
}

extension BatchLoader {
  /// The same batches with pixels in 0...1, and 0 where there is no image.
  fileprivate var withoutNormalization: BatchLoader {
    BatchLoader(
      dataset: dataset, batchSize: batchSize, height: height, width: width,
      normalization: .identity(channels: dataset.channels), augmentation: augmentation, seed: seed)
  }
}

extension Recipe {
  /// - Throws: `InputError` where this recipe can't be learned with rewards from `source`, or not measured on `data`.
  func validate(_ source: RewardSource, on data: DatasetSplits) throws {
    if case .score = source { return }
    guard objective == .imageReward else {
      throw InputError(
        "setting objective", found: objective.rawValue,
        expected: "imageReward, since the rewards come from a program or function that scores whole maps",
        advice: "Train an image-level row, such as fashion32/image, or leave out --reward-command.")
    }
    guard regions == .whole else {
      throw InputError(
        "setting regions", found: "\(regions)", expected: "1: a program or function scores whole maps",
        advice: "Add --set regions=1.")
    }
    guard case .program = source else { return }
    precondition(data.train is UnlabelledDataset, "with a reward program, the training split has no labels")
    guard score == .meanIoU else {
      throw InputError(
        "setting score", found: score.rawValue, expected: "none: the program is the score",
        advice: "Leave --set score=… out, and tell the program.")
    }
    guard augmentation == .none else {
      throw InputError(
        "setting augmentation", found: augmentation.rawValue,
        expected: "none: a reward program isn't told how an image was changed",
        advice: "Add --set augmentation=none.")
    }
    guard !(data.split(evaluateOn) is UnlabelledDataset) else {
      throw InputError(
        "setting evaluateOn", found: "\(evaluateOn.rawValue), which is cut from the training images",
        expected: "a split with labels: those of training aren't read",
        advice: "Write a tuning.txt, or evaluate on validation.")
    }
  }
}
