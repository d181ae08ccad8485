import Datasets
import Foundation
import Networks
import Support
import Tensors

/// A trained network as ONNX, for onnxruntime and whatever else reads that: images in as they are, classes out.
///
///     image    float32 [N, C, H, W]   channels of 0 to 255; any N, H and W
///     logits   float32 [N, K, H, W]   of a classifier [N, K]
///     labels   uint8   [N, H, W]      the most probable class, as `Checkpoint.predict` says; not of a classifier
///
/// Normalisation, padding to what the network takes and the cut back are part of the graph. It is made by tracing the
/// network's forward pass, so it holds for any `Network`. Equal networks give equal bytes.
public struct ONNXModel {
  let graph: Graph
  /// What the file says about itself besides, all texts.
  public let metadata: [String: String]
}

extension ONNXModel {
  /// Traces the network on two small images.
  ///
  /// A result of the images' size makes a segmentation network, one pixel makes a classifier.
  ///
  /// - Parameters:
  ///   - normalization: of the images that it was trained on, as fractions of 1.
  ///   - metadata: kept as it is, beside `normalization` and `size_multiple`.
  /// - Throws: `InputError` where the network does what can't be written: it computes outside its tape, or otherwise
  ///   for images of another size.
  public init(_ network: any Network, normalization: Normalization, metadata: [String: String] = [:]) throws {
    let state = network.state
    if let name = state.keys.sorted().first(where: ImageFrame.names.contains) {
      throw networkError("a weight called \(name)", "names other than those of the model's inputs and outputs")
    }
    let multiple = network.sizeMultiple
    let trace = try SizedTrace(channels: normalization.mean.count, multiple: multiple) { network.logits($0, on: $1) }
    var builder = GraphBuilder(reserving: Set(state.keys).union(ImageFrame.names))
    let frame = ImageFrame(normalization, multiple: multiple, in: &builder)
    let nodes = try OperationNodes(trace, state: state, images: frame.images, frame: frame.size, in: builder)
    builder = nodes.builder
    let output = trace.trace.output
    let shape = trace.trace.values[output].shape
    if trace.isPixel(output) {
      frame.addScores(of: nodes.result, classes: shape[3], in: &builder)
    } else if trace.strides(of: output) == [1, 1] {
      frame.addMaps(of: nodes.result, classes: shape[3], in: &builder)
    } else {
      throw networkError(
        "a result of shape \(shape) for images of \(trace.trace.values[0].shape)",
        "one of the images' size, or one pixel")
    }
    var metadata = metadata
    metadata["normalization"] = try json(normalization)
    metadata["size_multiple"] = "\(multiple)"
    self.init(graph: builder.graph, metadata: metadata)
  }

  /// Writes all or nothing.
  ///
  /// - Throws: `InputError` where something is there already, where the file would be too large for its format, and
  ///   where it can't be written.
  public func write(to path: String) throws {
    try Self.requireFree(path)
    try Self.require(weightBytes: graph.weightBytes, for: path)
    try AtomicFile.write(Data(encoded()), to: path)
  }

  /// - Throws: `InputError` where something is at `path`: a model that is in use isn't replaced by mistake.
  package static func requireFree(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    throw InputError(
      path, found: "something that is there already", expected: "the name of a new file",
      advice: "Name another one, or remove it: an export replaces nothing.")
  }

  /// - Throws: `InputError` for weights that a protocol buffer can't hold, which ends at 2^31 bytes: 1 MB less, for
  ///   names and nodes.
  static func require(weightBytes: Int, for path: String) throws {
    guard weightBytes > 1 << 31 - 1 << 20 else { return }
    throw InputError(
      path, found: "weights of \(weightBytes / 1_000_000) MB",
      expected: "less than 2 GB, the most that one ONNX file holds",
      advice: "Export a narrower network; this one's checkpoint is a safetensors file, which has no such limit.")
  }
}

/// A part of the metadata.
func json(_ value: some Encodable) throws -> String {
  String(decoding: try CanonicalJSON.encode(value, of: "metadata"), as: UTF8.self)
}
