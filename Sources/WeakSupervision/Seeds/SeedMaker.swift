import Datasets
import Images
import Networks
import Ranks
import Support
import Tensors

/// Makes seeds: normalised class activation maps of an image's tags, at the image's size.
///
/// At every scale, and for the mirrored image too where asked, a map is made, its negative part dropped, and enlarged;
/// the sum is divided by its maximum over the image, for each class. So each tag has the score 1 somewhere, or 0
/// everywhere. (Multi-scale seeds with normalisation by the maximum are the practice since Ahn and Kwak 2018.)
public struct SeedMaker {
  /// The network that saw the tags.
  public let classifier: Classifier
  /// What its images are normalised by.
  public let normalization: Normalization
  /// How its features become maps.
  public let method: SeedMethod
  /// Factors on the image's size.
  public let scales: [Float]
  /// Whether maps of the mirrored image are added.
  public let mirrored: Bool
  private static let batchSize = 32

  /// - Precondition: at least one scale, all above 0.
  public init(
    _ classifier: Classifier, normalization: Normalization, method: SeedMethod, scales: [Float], mirrored: Bool
  ) {
    precondition(!scales.isEmpty && scales.allSatisfy { $0 > 0 }, "at least one scale, none of them 0")
    (self.classifier, self.normalization, self.method) = (classifier, normalization, method)
    (self.scales, self.mirrored) = (scales, mirrored)
  }

  /// The seeds of every image, handed out in no particular order.
  ///
  /// - Parameters:
  ///   - ranks: make the seeds of some images each, and get them alone.
  ///   - checkStop: is asked at least once for every pass of the classifier.
  ///   - body: gets the image's index and the scores of its tags (of none, where it has none).
  /// - Throws: what reading an image, `checkStop` or `body` throws.
  public func forEach(
    in tagged: TaggedDataset, ranks: any Communicator = .alone, checkStop: StopCheck = {},
    _ body: (Int, TagScores) throws -> Void
  ) throws {
    try forEachGroup(in: tagged, ranks: ranks, checkStop: checkStop) {
      for (index, scores) in $0 { try body(index, scores) }
    }
  }

  /// The same, some images at a time.
  func forEachGroup(
    in tagged: TaggedDataset, ranks: any Communicator, checkStop: StopCheck = {},
    _ body: ([(index: Int, scores: TagScores)]) throws -> Void
  ) throws {
    let batches = try EvaluationBatches(
      dataset: tagged.images, batchSize: Self.batchSize, normalization: normalization,
      multiple: classifier.sizeMultiple)
    let tagClasses = tagged.tagClasses
    for position in ranks.share(of: batches.count) {
      let item = try batches.batch(at: position)
      let maps = try summedMaps(of: item.batch, checkStop: checkStop)
      try body(
        item.indices.enumerated().map { place, index in
          let outputs = tagged.tags[index].compactMap(tagClasses.firstIndex)
          let scores = try Self.scores(
            maps, place, size: item.sizes[place], outputs: outputs, classes: tagged.tags[index])
          return (index, scores)
        })
    }
  }

  /// The seeds of one image.
  ///
  /// - Parameters:
  ///   - outputs: of the classifier, ascending.
  ///   - classes: the ids of their classes.
  public func scores(of image: Image, outputs: [Int], classes: [UInt8]) throws -> TagScores {
    try Self.scores(
      summedMaps(of: batch(of: image)), 0, size: PixelSize(width: image.width, height: image.height),
      outputs: outputs, classes: classes)
  }

  /// The classifier's logits for one image.
  public func logits(of image: Image) throws -> [Float] {
    classifier.logits(Variable(Self.tensor(try batch(of: image))), on: Tape(recording: false)).value.scalars
  }

  private func batch(of image: Image) throws -> Batch {
    try EvaluationBatches(
      dataset: UnlabelledDataset(image), batchSize: 1, normalization: normalization, multiple: classifier.sizeMultiple
    ).batch(at: 0).batch
  }

  private static func tensor(_ batch: Batch) -> Tensor {
    Tensor(batch.pixels, shape: batch.shape)
  }

  /// ReLU of the maps, summed over scales and mirror images, `[N, H, W, outputs]`.
  func summedMaps(of batch: Batch, checkStop: StopCheck = {}) throws -> Tensor {
    let images = Self.tensor(batch)
    let shape = [batch.count, batch.height, batch.width, classifier.configuration.outputs]
    var sum = [Float](repeating: 0, count: shape.reduce(1, *))
    for scale in scales {
      let resized = resize(images, scaled(batch.height, by: scale), scaled(batch.width, by: scale))
      for isMirrored in mirrored ? [false, true] : [false] {
        try checkStop()
        let features = classifier.features(
          Variable(isMirrored ? mirror(resized) : resized), on: Tape(recording: false))
        let enlarged = resize(method.maps(features.value, of: classifier).positivePart, batch.height, batch.width)
        (isMirrored ? mirror(enlarged) : enlarged).withScalars { map in
          for i in sum.indices { sum[i] += map[i] }
        }
      }
    }
    return Tensor(sum, shape: shape)
  }

  private func scaled(_ length: Int, by scale: Float) -> Int {
    let multiple = classifier.sizeMultiple
    return max(1, Int((Float(length) * scale / Float(multiple)).rounded())) * multiple
  }

  /// Cuts one image's scores out of a batch's maps: without padding, the given outputs only, divided by their maximum.
  private static func scores(
    _ maps: Tensor, _ place: Int, size: PixelSize, outputs: [Int], classes: [UInt8]
  ) throws -> TagScores {
    let (_, height, width, depth) = maps.nhwc
    var values = [Float](repeating: 0, count: size.width * size.height * outputs.count)
    try maps.withScalars { maps in
      for (k, output) in outputs.enumerated() {
        var largest: Float = 0
        var total: Float = 0
        for y in 0..<size.height {
          for x in 0..<size.width {
            let value = maps[((place * height + y) * width + x) * depth + output]
            values[(y * size.width + x) * outputs.count + k] = value
            largest = max(largest, value)
            total += value
          }
        }
        guard total.isFinite else {
          throw InputError(
            "the classifier's activation maps", found: "numbers that aren't finite", expected: "finite numbers",
            advice: "Its training has diverged: try a lower --set classifierLearningRate=….")
        }
        guard largest > 0 else { continue }
        for p in 0..<size.width * size.height { values[p * outputs.count + k] /= largest }
      }
    }
    return TagScores(width: size.width, height: size.height, classes: classes, values: values)
  }
}

/// Bilinear, at any size; the same tensor where the size is the same.
private func resize(_ input: Tensor, _ height: Int, _ width: Int) -> Tensor {
  if input.nhwc.height == height && input.nhwc.width == width { return input }
  return Tape(recording: false).bilinearResizing(Variable(input), height: height, width: width).value
}

/// Left and right exchanged.
private func mirror(_ input: Tensor) -> Tensor {
  let (n, h, w, c) = input.nhwc
  let source = input.scalars
  var output = [Float](repeating: 0, count: source.count)
  for row in 0..<n * h {
    for x in 0..<w {
      for k in 0..<c { output[(row * w + x) * c + k] = source[(row * w + w - 1 - x) * c + k] }
    }
  }
  return Tensor(output, shape: input.shape)
}

extension Tensor {
  fileprivate var positivePart: Tensor { Tape(recording: false).relu(Variable(self)).value }
}
