import Tensors

/// Normalisations, whose tensors are images, scale, shift and what else an operation reads.
extension OperationNodes {
  mutating func batchNormalized(
    _ tensors: [String], _ statistics: String, _ epsilon: Float, _ activation: Activation
  ) throws -> String {
    let moments = try ["running_mean", "running_var"].map { try weight("\(statistics).\($0)") }
    var result = builder.add(
      "BatchNormalization", tensors.prefix(3) + moments, name: statistics, [.init("epsilon", .number(epsilon))])
    if tensors.count > 3 { result = builder.add("Add", [result, tensors[3]]) }
    switch activation {
    case .none: return result
    case .relu: return clipped(result, ceiling: .infinity)
    case .relu6: return clipped(result, ceiling: 6)
    }
  }

  /// Each group becomes the single channel of an instance normalisation: group normalisation came with a later version of
  /// the standard.
  mutating func groupNormalized(_ tensors: [String], _ groups: Int, _ epsilon: Float, name: String?) -> String {
    let size = builder.add("Shape", [tensors[0]])
    let grouped = builder.add("Reshape", [tensors[0], builder.integers([0, groups, -1])])
    let ones = builder.numbers([Float](repeating: 1, count: groups), shape: [groups])
    let zeros = builder.numbers([Float](repeating: 0, count: groups), shape: [groups])
    let normalized = builder.add(
      "InstanceNormalization", [grouped, ones, zeros], name: name, [.init("epsilon", .number(epsilon))])
    let images = builder.add("Reshape", [normalized, size])
    let scaled = builder.add("Mul", [images, perChannel(tensors[1])])
    return clipped(builder.add("Add", [scaled, perChannel(tensors[2])]), ceiling: .infinity)
  }

  /// ONNX's normalises the last axes, so the channels go there and back.
  mutating func layerNormalized(_ tensors: [String], _ epsilon: Float, name: String?) -> String {
    let last = builder.add("Transpose", [tensors[0]], [.init("perm", .integers([0, 2, 3, 1]))])
    let normalized = builder.add(
      "LayerNormalization", [last, tensors[1], tensors[2]], name: name,
      [.init("axis", .integer(-1)), .init("epsilon", .number(epsilon))])
    return builder.add("Transpose", [normalized], [.init("perm", .integers([0, 3, 1, 2]))])
  }
}
