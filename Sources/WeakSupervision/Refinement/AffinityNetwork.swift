import Datasets
import Images
import Networks
import Support
import Tensors
import Training

/// PSA's affinity network (Ahn and Kwak, CVPR 2018): learns from confident labels which neighbouring cells of an image
/// belong together, and spreads class scores by a random walk between them.
///
/// The features f of a cell are the outputs of a U-Net, averaged over the cell's pixels; PSA takes its features from
/// the pretrained classifier, which isn't to be had here.
public struct AffinityNetwork {
  /// What it was trained by.
  public let recipe: AffinityRecipe
  /// Losses of the steps of the training; nil where a batch had no pair of confident cells.
  public let losses: [Double?]
  private let network: AffinityFeatures
  private let normalization: Normalization
  private let channels: Int

  /// What an `AffinityTraining` has made.
  init(
    recipe: AffinityRecipe, losses: [Double?], network: AffinityFeatures, normalization: Normalization, channels: Int
  ) {
    (self.recipe, self.losses, self.network) = (recipe, losses, network)
    (self.normalization, self.channels) = (normalization, channels)
  }

  /// The affinities of an image's cells. Cost: one forward pass, and radius^2 features operations a cell.
  ///
  /// - Throws: `InputError` for an image of another number of colours, without pixels, or with pixels that aren't
  ///   finite.
  package func affinities(of image: Image) throws -> PairAffinities {
    affinities(try features(of: image), of: image)
  }

  /// The features of an image's cells, `[h, w, F]`: the part that runs the network.
  func features(of image: Image) throws -> [Float] {
    let blank = LabelMap(width: image.width, height: image.height, fill: LabelMap.void)
    let dataset = try affinityDataset([(image, blank)])
    guard dataset.channels == channels else {
      throw InputError(
        "image", found: "\(dataset.channels) colour channels", expected: "\(channels), as in the training",
        advice: "Convert the image first.")
    }
    let batch = try EvaluationBatches(
      dataset: dataset, batchSize: 1, normalization: normalization, multiple: network.sizeMultiple
    ).batch(at: 0).batch
    let images = Variable(Tensor(batch.pixels, shape: batch.shape))
    let features = network.logits(images, on: Tape(recording: false)).value
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
  func refine(
    _ image: Image, _ several: [ClassScores], features: [Float], checkStop: StopCheck = {}
  ) throws -> [ClassScores] {
    for scores in several { try scores.validate(for: image) }
    let cells = several.map { $0.averaged(overCellsOf: recipe.stride) }
    return try recipe.walk.walk(cells, on: affinities(features, of: image), checkStop: checkStop).map {
      $0.enlarged(by: recipe.stride, height: image.height, width: image.width)
    }
  }

  private func cells(_ length: Int) -> Int { (length + recipe.stride - 1) / recipe.stride }
}
