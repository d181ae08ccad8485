import Datasets
import Images
import Networks
import Ranks
import Support
import Tensors
import Training

/// The training of an affinity network. It can be stopped after any step and gone on with, also from a state that was
/// kept.
public struct AffinityTraining {
  /// What the training follows from.
  public let recipe: AffinityRecipe
  private let loop: TrainingLoop
  private let network: AffinityFeatures
  private let normalization: Normalization
  private let channels: Int

  /// On images with the labels that are trusted.
  ///
  /// Every image is padded to the size of the largest, with void labels. A cell is confident where all its pixels have
  /// one label other than void.
  ///
  /// - Parameters:
  ///   - samples: images, all grey or all colour, and class ids of their sizes; 255 (void) is ambiguous.
  ///   - seed: first weights and the order of the images follow from it.
  ///   - shards: how a batch is cut; its size is this recipe's own.
  ///   - ranks: share every batch by its shards.
  /// - Throws: `InputError` for no sample, an image without pixels or with pixels that aren't finite, sizes that
  ///   differ, images of different kinds, or a recipe that can't be.
  public init(
    on samples: [(image: Image, labels: LabelMap)], recipe: AffinityRecipe, seed: UInt64, shards: Shards? = nil,
    ranks: any Communicator = .alone
  ) throws {
    let dataset = try affinityDataset(samples)
    let normalization = try Normalization(measuring: dataset)
    let network = AffinityFeatures(recipe, channels: dataset.channels, seed: seed)
    func frame(_ longest: Int) -> Int { (longest + 7) / 8 * 8 }  // whole steps of the network and whole cells
    var training = try recipe.training(
      height: frame(samples.map(\.image.height).max() ?? 0), width: frame(samples.map(\.image.width).max() ?? 0))
    training.shards = shards.map { shards in
      var own = Shards(ofBatch: training.batchSize)
      (own.normalization, own.reduction) = (shards.normalization, shards.reduction)
      return own
    }
    let batches = training.batches(
      of: dataset as any LabelledDataset, normalization: normalization, seed: seed,
      share: try training.share(among: ranks))
    loop = TrainingLoop(
      training, network: network, learner: AffinityLearner(recipe, labels: batches.labels), batches: batches,
      ranks: ranks, name: "the affinity network", advice: "Lower the recipe's learningRate.")
    (self.recipe, self.network, self.normalization, channels) = (recipe, network, normalization, dataset.channels)
  }

  /// The state between two steps. Copies nothing until the next step writes.
  public var state: TrainingState { loop.state }

  /// Takes over a state, so that `run` goes on after its last step, or has nothing to do: `TrainingLoop.restore`.
  public func restore(_ state: TrainingState, from subject: String) throws {
    try loop.restore(state, from: subject, orFinished: true)
  }

  /// Trains to the last step.
  ///
  /// - Parameter observe: sees the steps done and the loss after each one (nil where a batch had no pair of confident
  ///   cells), and can stop the training by throwing.
  /// - Throws: `InputError` for a training that diverges, or labels among which no pair of confident cells is found;
  ///   what `observe` throws.
  public func run(observe: (_ step: Int, _ loss: Double?) throws -> Void = { _, _ in }) throws -> AffinityNetwork {
    var losses: [Double?] = []
    let firstEpoch = min(loop.batches.batchesPerEpoch, loop.recipe.steps)
    _ = try loop.run { event in
      guard case .step(let step) = event else { return }
      losses.append(step.outcome.loss)
      // The first epoch has seen every image.
      if step.step == firstEpoch, losses.count == firstEpoch, losses.allSatisfy({ $0 == nil }) {
        throw InputError(
          "affinity network's labels", found: "no pair of confident cells within \(recipe.radius) cells",
          expected: "regions of confident labels", advice: "Lower the confidence that a label needs, or the stride.")
      }
      try observe(step.step, step.outcome.loss)
    }
    return AffinityNetwork(
      recipe: recipe, losses: losses, network: network, normalization: normalization, channels: channels)
  }
}

/// A segmentation network whose outputs, averaged over the pixels of a cell, are the cell's features: `[N, H / stride,
/// W / stride, features]`.
final class AffinityFeatures: Network {
  private let pixels: any SegmentationNetwork
  private let stride: Int

  init(_ recipe: AffinityRecipe, channels: Int, seed: UInt64) {
    pixels = Architecture(channels: channels, width: recipe.networkWidth, classes: recipe.features).network(seed: seed)
    stride = recipe.stride
  }

  func logits(_ images: Variable, on tape: Tape) -> Variable {
    let features = pixels.logits(images, on: tape)
    return stride == 1 ? features : tape.averagePooling(features, kernel: stride, stride: stride)
  }

  var parameters: [Parameter] { pixels.parameters }
  var statistics: [NormalizationStatistics] { pixels.statistics }
  var sizeMultiple: Int { pixels.sizeMultiple }
}

/// Learns which neighbouring cells have the same label: `affinityLoss`.
struct AffinityLearner: Learner {
  private let recipe: AffinityRecipe
  private let labels: BatchLabels

  init(_ recipe: AffinityRecipe, labels: @escaping BatchLabels) { (self.recipe, self.labels) = (recipe, labels) }

  func outcome(at logits: Tensor, of batch: Batch, step: Int) throws -> StepOutcome {
    let cells = Self.cellLabels(try labels(step), height: batch.height, width: batch.width, stride: recipe.stride)
    return affinityLoss(
      features: logits, labels: cells, background: recipe.background, radius: recipe.radius,
      ranks: batch.share.ranks)
  }

  /// The label that all pixels of a cell have, or void.
  ///
  /// - Parameter labels: `[N, height, width]`.
  static func cellLabels(_ labels: [UInt8], height: Int, width: Int, stride: Int) -> [UInt8] {
    let (rows, columns) = (height / stride, width / stride)
    let images = labels.count / max(1, height * width)
    return (0..<images * rows * columns).map { cell in
      let (row, x) = (cell / columns, cell % columns)
      let first = row * stride * width + x * stride
      let label = labels[first]
      for y in 0..<stride {
        let start = first + y * width
        if labels[start..<start + stride].contains(where: { $0 != label }) { return LabelMap.void }
      }
      return label
    }
  }
}

/// Images and labels in one colour space, checked.
func affinityDataset(_ samples: [(image: Image, labels: LabelMap)]) throws -> InMemoryDataset {
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
