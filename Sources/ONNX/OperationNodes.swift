import Tensors

/// Writes the operations of a network's tape as nodes: images `[N, H, W, C]` there are `[N, C, H, W]` here, ONNX's order.
struct OperationNodes {
  var builder: GraphBuilder
  let network: SizedTrace
  private let state: [String: Tensor]
  /// A tensor with height and width of the padded images.
  let frame: String
  /// Names of the values' tensors.
  private(set) var names: [String] = []

  init(_ network: SizedTrace, state: [String: Tensor], images: String, frame: String, in builder: GraphBuilder) throws {
    (self.network, self.state, self.frame, self.builder) = (network, state, frame, builder)
    for (place, value) in network.trace.values.enumerated() {
      switch value.origin {
      case .images: names.append(images)
      case .parameter(let name): names.append(try weight(name))
      case .operation(let operation, let inputs): names.append(try add(operation, inputs, at: place))
      }
    }
  }

  /// The tensor of the network's result.
  var result: String { names[network.trace.output] }

  /// Adds the nodes of one operation; a new kind of operation is a new case here.
  ///
  /// - Returns: the tensor of its result.
  private mutating func add(_ operation: Operation, _ inputs: [Int], at place: Int) throws -> String {
    let tensors = inputs.map { names[$0] }
    switch operation {
    case .addition: return builder.add("Add", tensors)
    case .averagePooling(let window): return builder.add("AveragePool", tensors, attributes(of: window))
    case .batchNormalization(let statistics, let epsilon, let activation):
      return try batchNormalized(tensors, statistics, epsilon, activation)
    case .bilinearResizing: return try resized(inputs[0], to: place, operation, .centreAligned)
    case .broadcast: return try spread(inputs[0], to: place, operation)
    case .concatenation: return builder.add("Concat", tensors, [.init("axis", .integer(1))])
    case .convolution(let geometry): return convolved(tensors, geometry, weight: inputs[1])
    case .cornerAlignedResizing: return try resized(inputs[0], to: place, operation, .cornerAligned)
    case .fullyConnected:
      return builder.add("Gemm", tensors, name: layer(of: inputs[1]), [.init("transB", .integer(1))])
    case .gelu: return gelu(tensors[0])
    case .globalAveragePooling: return builder.add("GlobalAveragePool", tensors)
    case .groupNormalization(let groups, let epsilon):
      return groupNormalized(tensors, groups, epsilon, name: layer(of: inputs[1]))
    case .layerNormalization(let epsilon): return layerNormalized(tensors, epsilon, name: layer(of: inputs[1]))
    case .maximumPooling(let window): return builder.add("MaxPool", tensors, attributes(of: window))
    case .nearestResizing: return try resized(inputs[0], to: place, operation, .nearest)
    case .relu(let ceiling): return clipped(tensors[0], ceiling: ceiling)
    case .scaling:
      let factor = perChannel(tensors[1])
      return builder.add("Add", [builder.add("Mul", [tensors[0], factor]), tensors[2]])
    }
  }

  mutating func clipped(_ input: String, ceiling: Float) -> String {
    if ceiling == .infinity { return builder.add("Relu", [input]) }
    return builder.add("Clip", [input, builder.numbers([0], shape: []), builder.numbers([ceiling], shape: [])])
  }

  /// A value for each channel, `[C]`, in a shape that meets an image's, `[C, 1, 1]`.
  mutating func perChannel(_ tensor: String) -> String {
    builder.add("Unsqueeze", [tensor, builder.integers([1, 2])])
  }

  /// x Phi(x) = x / 2 (1 + erf(x / sqrt 2)): a node of its own came with a later version of the standard. In the order in
  /// which onnxruntime knows it.
  private mutating func gelu(_ input: String) -> String {
    let error = builder.add("Erf", [builder.add("Div", [input, builder.numbers([Float(2).squareRoot()], shape: [])])])
    let share = builder.add("Add", [error, builder.numbers([1], shape: [])])
    return builder.add("Mul", [builder.add("Mul", [input, share]), builder.numbers([0.5], shape: [])])
  }

  func shape(_ place: Int) -> [Int] { network.trace.values[place].shape }

  mutating func weight(_ name: String) throws -> String {
    guard let tensor = state[name] else {
      throw networkError("a use of \(name)", "only parameters and statistics that the network lists")
    }
    return builder.weight(name, tensor)
  }

  /// What a layer is called: its weight's name without the last part.
  func layer(of weight: Int) -> String? {
    guard case .parameter(let name) = network.trace.values[weight].origin else { return nil }
    return name.lastIndex(of: ".").map { String(name[..<$0]) }
  }

  private mutating func convolved(_ tensors: [String], _ geometry: ConvolutionGeometry, weight: Int) -> String {
    var (tensors, kernel) = (tensors, Array(shape(weight).dropFirst(2)))
    if kernel.isEmpty {  // a linear layer's [O, I], for each pixel
      tensors[1] = builder.add("Unsqueeze", [tensors[1], builder.integers([2, 3])])
      kernel = [1, 1]
    }
    return builder.add("Conv", tensors, name: layer(of: weight), attributes(of: geometry, kernel: kernel))
  }

  private func attributes(of geometry: ConvolutionGeometry, kernel: [Int]) -> [Graph.Attribute] {
    let padding = geometry.padding
    return [
      .init("dilations", .integers([geometry.dilation, geometry.dilation])), .init("group", .integer(geometry.groups)),
      .init("kernel_shape", .integers(kernel)),
      .init("pads", .integers([padding.top, padding.left, padding.bottom, padding.right])),
      .init("strides", .integers([geometry.stride, geometry.stride])),
    ]
  }

  private func attributes(of window: PoolingWindow) -> [Graph.Attribute] {
    [
      .init("kernel_shape", .integers([window.kernel, window.kernel])),
      .init("pads", .integers([Int](repeating: window.padding, count: 4))),
      .init("strides", .integers([window.stride, window.stride])),
    ]
  }
}
