import Datasets
import Images
import Networks

/// Using a trained network on images.
extension Checkpoint {
  /// The class of each pixel of an image of any size, which is padded to what the network takes.
  ///
  /// - Throws: `InputError` where the image needs more memory than there is, or the network gives NaN.
  public func predict(_ image: Image) throws -> LabelMap {
    try description.network.memory(pixels: image.width * image.height).require(
      of: "an image of \(image.width) x \(image.height) pixels", advice: "Cut or shrink it.")
    let dataset = InMemoryDataset(
      name: "image", classes: description.classes,
      samples: [
        Sample(
          image: image.converted(toChannels: description.network.channels),
          labels: LabelMap(width: image.width, height: image.height, fill: 0))
      ])
    let item = try EvaluationBatches(
      dataset: dataset, batchSize: 1, normalization: description.normalization, multiple: network.sizeMultiple
    ).batch(at: 0)
    return item.batch.map(try network.predictions(of: item.batch), ofImage: 0, item.sizes[0])
  }
}
