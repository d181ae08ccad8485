import Tensors

/// Writes the operations of a network's tape as nodes: images `[N, H, W, C]` there are `[N, C, H, W]` here, ONNX's order.
struct OperationNodes {
  var builder: GraphBuilder
  private let network: SizedTrace
  private let state: [String: Tensor]
  /// A tensor with height and width of the padded images.
  private let frame: String
  /// Names of the values' tensors.
  private var names: [String] = []

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
    case .batchNormalization(let statistics, let epsilon, let ceiling):
      let moments = try ["running_mean", "running_var"].map { try weight("\(statistics).\($0)") }
      let normalized = builder.add(
        "BatchNormalization", tensors + moments, name: statistics, [.init("epsilon", .number(epsilon))])
      return ceiling.map { clipped(normalized, ceiling: $0) } ?? normalized
    case .bilinearResizing:
      return try resized(
        inputs[0], to: place, operation,
        [.init("mode", .text("linear")), .init("coordinate_transformation_mode", .text("half_pixel"))])
    case .concatenation: return builder.add("Concat", tensors, [.init("axis", .integer(1))])
    case .convolution(let geometry):
      return builder.add("Conv", tensors, name: layer(of: inputs[1]), attributes(of: geometry, weight: inputs[1]))
    case .fullyConnected:
      return builder.add("Gemm", tensors, name: layer(of: inputs[1]), [.init("transB", .integer(1))])
    case .globalAveragePooling: return builder.add("GlobalAveragePool", tensors)
    case .maximumPooling(let window): return builder.add("MaxPool", tensors, attributes(of: window))
    case .nearestResizing:
      return try resized(
        inputs[0], to: place, operation,
        [
          .init("mode", .text("nearest")), .init("coordinate_transformation_mode", .text("asymmetric")),
          .init("nearest_mode", .text("floor")),
        ])
    case .relu(let ceiling): return clipped(tensors[0], ceiling: ceiling)
    }
  }

  private mutating func clipped(_ input: String, ceiling: Float) -> String {
    if ceiling == .infinity { return builder.add("Relu", [input]) }
    return builder.add("Clip", [input, builder.numbers([0], shape: []), builder.numbers([ceiling], shape: [])])
  }

  /// A whole factor is written as such; one pixel becomes as large as the images ask for.
  private mutating func resized(
    _ input: Int, to place: Int, _ operation: Operation, _ attributes: [Graph.Attribute]
  ) throws -> String {
    let name = names[input]
    if let factors = network.factors(from: input, to: place) {
      let scales = builder.numbers([1, 1] + factors.map { Float($0) }, shape: [4])
      return builder.add("Resize", [name, "", scales], attributes)
    }
    guard network.isPixel(input), let strides = network.strides(of: place) else {
      throw networkError(
        "\(operation.name) from \(shape(input)) to \(shape(place)), as of an image of \(shape(0))",
        "whole factors that are the same for every size, or one pixel that becomes an image")
    }
    let kept = builder.add("Shape", [name], [.init("end", .integer(2))])
    let size = builder.add("Div", [frame, builder.integers(strides)])
    let sizes = builder.add("Concat", [kept, size], [.init("axis", .integer(0))])
    return builder.add("Resize", [name, "", "", sizes], attributes)
  }

  private func shape(_ place: Int) -> [Int] { network.trace.values[place].shape }

  private mutating func weight(_ name: String) throws -> String {
    guard let tensor = state[name] else {
      throw networkError("a use of \(name)", "only parameters and statistics that the network lists")
    }
    return builder.weight(name, tensor)
  }

  /// What a layer is called: its weight's name without the last part.
  private func layer(of weight: Int) -> String? {
    guard case .parameter(let name) = network.trace.values[weight].origin else { return nil }
    return name.hasSuffix(".weight") ? String(name.dropLast(7)) : name
  }

  private func attributes(of geometry: ConvolutionGeometry, weight: Int) -> [Graph.Attribute] {
    let padding = geometry.padding
    return [
      .init("dilations", .integers([geometry.dilation, geometry.dilation])), .init("group", .integer(geometry.groups)),
      .init("kernel_shape", .integers(Array(shape(weight)[2...]))),
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
