import Datasets
import Images
import Networks
import Support
import Tensors
import Training

/// PSA's affinity network (Ahn and Kwak, CVPR 2018): learns from confident labels which neighbouring cells of an image
/// belong together, and spreads class scores by a random walk between them.
///
/// The features f of a cell are the outputs of a U-Net, averaged over the cell's pixels; PSA takes its features from the
/// pretrained classifier, which isn't to be had here.
public final class AffinityNetwork {
  public let recipe: AffinityRecipe
  /// Losses of the steps of the training; nil where a batch had no pair of confident cells.
  public let losses: [Double?]
  private let network: UNet
  private let normalization: Normalization
  private let channels: Int

  /// Trains on images with the labels that are trusted.
  ///
  /// Every image is padded to the size of the largest, with void labels. A cell is confident where all its pixels have
  /// one label other than void.
  ///
  /// - Parameters:
  ///   - samples: images, all grey or all colour, and class ids of their sizes; 255 (void) is ambiguous.
  ///   - seed: first weights and the order of the images follow from it.
  /// - Throws: `InputError` for no sample, an image without pixels or with pixels that aren't finite, sizes that differ,
  ///   images of different kinds, a recipe that can't be, a training that diverges, or labels among which no pair of
  ///   confident cells is found.
  public init(training samples: [(image: Image, labels: LabelMap)], recipe: AffinityRecipe, seed: UInt64) throws {
    let dataset = try Self.dataset(samples)
    let (network, normalization) = (
      UNet(.init(channels: dataset.channels, width: recipe.networkWidth, classes: recipe.features), seed: seed),
      try Normalization(measuring: dataset)
    )
    (self.recipe, self.network, self.normalization, channels) = (recipe, network, normalization, dataset.channels)
    func frame(_ longest: Int) -> Int { (longest + 7) / 8 * 8 }  // whole steps of the network and whole cells
    let training = try recipe.training(
      height: frame(samples.map(\.image.height).max() ?? 0), width: frame(samples.map(\.image.width).max() ?? 0))
    let loader = BatchLoader(
      dataset: dataset, batchSize: training.batchSize, height: training.imageHeight, width: training.imageWidth,
      normalization: normalization, augmentation: .none, seed: seed)
    let optimizer = Optimizer(training, parameters: network.parameters)
    var losses: [Double?] = []
    for step in 0..<training.steps {
      let batch = try loader.batch(at: step)
      let tape = Tape()
      let features = Self.features(of: batch, network: network, stride: recipe.stride, on: tape)
      let result = affinityLoss(
        features: features.value, labels: Self.cellLabels(batch, stride: recipe.stride), background: recipe.background,
        radius: recipe.radius)
      tape.backward(from: features, gradient: result.gradient)
      let factor = training.schedule.factor(at: step, of: training.steps, warmup: training.warmup)
      guard optimizer.step(learningRate: training.learningRate * factor).isFinite else {
        throw InputError(
          "affinity network's step \(step)", found: "a gradient that is not a finite number",
          expected: "a finite gradient",
          advice: "Lower the recipe's learningRate.")
      }
      losses.append(result.loss)
      // The first epoch has seen every image.
      if step + 1 == min(loader.batchesPerEpoch, training.steps), losses.allSatisfy({ $0 == nil }) {
        throw InputError(
          "affinity network's labels", found: "no pair of confident cells within \(recipe.radius) cells",
          expected: "regions of confident labels", advice: "Lower the confidence that a label needs, or the stride.")
      }
    }
    self.losses = losses
  }

  /// The affinities of an image's cells. Cost: one forward pass, and radius^2 features operations a cell.
  ///
  /// - Throws: `InputError` for an image of another number of colours, without pixels, or with pixels that aren't finite.
  public func affinities(of image: Image) throws -> PairAffinities {
    affinities(try features(of: image), of: image)
  }

  /// The features of an image's cells, `[h, w, F]`: the part that runs the network.
  func features(of image: Image) throws -> [Float] {
    let blank = LabelMap(width: image.width, height: image.height, fill: LabelMap.void)
    let dataset = try Self.dataset([(image, blank)])
    guard dataset.channels == channels else {
      throw InputError(
        "image", found: "\(dataset.channels) colour channels", expected: "\(channels), as in the training",
        advice: "Convert the image first.")
    }
    let batch = try EvaluationBatches(
      dataset: dataset, batchSize: 1, normalization: normalization, multiple: network.sizeMultiple
    ).batch(at: 0).batch
    let tape = Tape(recording: false)
    let features = Self.features(of: batch, network: network, stride: recipe.stride, on: tape).value
    let (height, width) = (cells(image.height), cells(image.width))
    let (all, rowLength) = (features.scalars, features.shape[2] * recipe.features)
    return (0..<height).flatMap { y in all[y * rowLength..<y * rowLength + width * recipe.features] }
  }

  private func affinities(_ features: [Float], of image: Image) -> PairAffinities {
    PairAffinities(
      ofFeatures: features, height: cells(image.height), width: cells(image.width), radius: recipe.radius)
  }

  /// The scores after a random walk on the image's affinities: averaged over cells, walked, and enlarged bilinearly.
  ///
  /// - Parameter scores: any numbers, of the image's size.
  /// - Throws: `InputError` as `affinities`, and for scores of another size or that aren't finite.
  public func refine(_ image: Image, _ scores: ClassScores) throws -> ClassScores {
    try scores.validate(for: image)
    return try refine(image, [scores], features: features(of: image))[0]
  }

  /// The same of several scores of one image, by its features; runs no network.
  func refine(_ image: Image, _ several: [ClassScores], features: [Float]) throws -> [ClassScores] {
    for scores in several { try scores.validate(for: image) }
    let cells = several.map { $0.averaged(overCellsOf: recipe.stride) }
    return try recipe.walk.walk(cells, on: affinities(features, of: image)).map {
      $0.enlarged(by: recipe.stride, height: image.height, width: image.width)
    }
  }

  private func cells(_ length: Int) -> Int { (length + recipe.stride - 1) / recipe.stride }

  private static func features(of batch: Batch, network: UNet, stride: Int, on tape: Tape) -> Variable {
    let images = Tensor(batch.pixels, shape: [batch.count, batch.height, batch.width, batch.channels])
    let pixels = network.logits(Variable(images), on: tape)
    return stride == 1 ? pixels : tape.averagePooling(pixels, kernel: stride, stride: stride)
  }

  /// The label that all pixels of a cell have, or void.
  static func cellLabels(_ batch: Batch, stride: Int) -> [UInt8] {
    let (height, width) = (batch.height / stride, batch.width / stride)
    return (0..<batch.count * height * width).map { cell in
      let (row, x) = (cell / width, cell % width)
      let first = row * stride * batch.width + x * stride
      let label = batch.labels[first]
      for y in 0..<stride {
        let start = first + y * batch.width
        if batch.labels[start..<start + stride].contains(where: { $0 != label }) { return LabelMap.void }
      }
      return label
    }
  }

  private static func dataset(_ samples: [(image: Image, labels: LabelMap)]) throws -> InMemoryDataset {
    func complaint(_ found: String, _ expected: String, _ advice: String) -> InputError {
      InputError("affinity network's images", found: found, expected: expected, advice: advice)
    }
    guard let first = samples.first else {
      throw complaint("none", "at least one", "Check that the seeds are confident anywhere.")
    }
    func kind(_ image: Image) -> Int { image.channels >= 3 ? 3 : 1 }
    let converted = try samples.map { image, labels in
      guard (image.width, image.height) == (labels.width, labels.height) else {
        throw complaint(
          "\(image.width) x \(image.height) pixels with \(labels.width) x \(labels.height) labels", "equal sizes",
          "Resize the labels to the image.")
      }
      // The blank scores have the image's size, so this looks at its pixels only.
      try ClassScores(height: image.height, width: image.width, classes: 1, fill: 0).validate(for: image)
      guard kind(image) == kind(first.image) else {
        throw complaint("grey and colour images", "one kind", "Convert all of them to colour.")
      }
      return Sample(image: image.converted(toChannels: kind(image)), labels: labels)
    }
    // Names of classes and the fingerprint stay unused: nothing is recorded of this data set.
    return InMemoryDataset(name: "confident labels", classes: [], samples: converted, fingerprint: "")
  }
}
