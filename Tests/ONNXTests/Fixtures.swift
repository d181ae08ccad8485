import Datasets
import Images
import Networks
import Randomness
import Tensors
import Testing

@testable import ONNX

/// Numbers drawn uniformly from a range; the same for the same seed.
func randomScalars(_ count: Int, seed: UInt64, in range: ClosedRange<Float> = -1...1) -> [Float] {
  var stream = RandomStream(seed: seed, purpose: .scenes)
  return (0..<count).map { _ in stream.uniform(in: range) }
}

/// A normalization that changes every channel in its own way.
func unevenNormalization(channels: Int) -> Normalization {
  Normalization(
    mean: (0..<channels).map { 0.4 + 0.05 * Float($0) },
    standardDeviation: (0..<channels).map { 0.3 - 0.02 * Float($0) })
}

/// Gives a network the biases, scales and statistics of one that has learned: none is what it was made with.
func unsettle(_ network: any Network) throws {
  var tensors = network.state
  for (i, name) in tensors.keys.sorted().enumerated() {
    let shape = tensors[name]?.shape ?? []
    guard shape.count == 1 else { continue }
    let range: ClosedRange<Float> = name.hasSuffix("running_var") ? 0.5...2 : -0.4...0.6
    tensors[name] = Tensor(randomScalars(shape[0], seed: UInt64(i), in: range), shape: shape)
  }
  try network.load(tensors, from: "a test")
}

/// A batch of images in bytes, `[N, H, W, C]`.
struct ByteImages {
  let shape: [Int]
  let bytes: [UInt8]

  init(_ shape: [Int], seed: UInt64) {
    self.shape = shape
    bytes = randomScalars(shape.reduce(1, *), seed: seed, in: 0...255).map { UInt8($0) }
  }

  /// As the graph takes them.
  var planes: Values {
    let (height, width, channels) = (shape[1], shape[2], shape[3])
    return Values([shape[0], channels, height, width]) { i in
      Double(bytes[((i[0] * height + i[2]) * width + i[3]) * channels + i[1]])
    }
  }

  func image(_ n: Int) -> Image {
    let size = shape.dropFirst().reduce(1, *)
    return Image(
      width: shape[2], height: shape[1], channels: shape[3],
      values: bytes[n * size..<(n + 1) * size].map { Float($0) / 255 })
  }

  /// What the network itself gives for the image, padded as an evaluation does it, `[1, H', W', K]`.
  func logits(of n: Int, _ network: any Network, _ normalization: Normalization) throws -> Tensor {
    let batch = try EvaluationBatches(
      dataset: UnlabelledDataset(image(n)), batchSize: 1, normalization: normalization, multiple: network.sizeMultiple
    ).batch(at: 0).batch
    return network.logits(Variable(Tensor(batch.pixels, shape: batch.shape)), on: Tape(recording: false)).value
  }
}

/// What a graph gives for images, through the bytes of its file.
func run(_ model: ONNXModel, on images: ByteImages) throws -> [String: Values] {
  try Interpreter(model: ReadModel(model.encoded())).run(["image": images.planes])
}

/// Holds a graph's logits to the network's own, to 1e-5 of the largest, and its labels to the largest logit.
func expectEqual(
  _ model: ONNXModel, _ network: any Network, _ normalization: Normalization, on images: ByteImages,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let found = try run(model, on: images)
  let (logits, labels) = try (#require(found["logits"]), #require(found["labels"]))
  let (height, width) = (images.shape[1], images.shape[2])
  #expect(labels.shape == [images.shape[0], height, width], sourceLocation: sourceLocation)
  var (largest, error) = (0.0, 0.0)
  for n in 0..<images.shape[0] {
    let expected = try images.logits(of: n, network, normalization)
    let (wide, classes, scalars) = (expected.shape[2], expected.shape[3], expected.scalars)
    try #require(logits.shape == [images.shape[0], classes, height, width], sourceLocation: sourceLocation)
    for y in 0..<height {
      for x in 0..<width {
        let scores = (0..<classes).map { Double(scalars[(y * wide + x) * classes + $0]) }
        for (k, score) in scores.enumerated() {
          largest = max(largest, abs(score))
          error = max(error, abs(score - logits[[n, k, y, x]]))
        }
        let graph = (0..<classes).map { logits[[n, $0, y, x]] }
        #expect(labels[[n, y, x]] == Double(graph.firstIndex(of: graph.max() ?? 0) ?? -1))
      }
    }
  }
  #expect(largest > 0.01 && error <= 1e-5 * largest, "\(error) of \(largest)", sourceLocation: sourceLocation)
}
