import Tensors

/// Adds to a graph and keeps its names apart.
struct GraphBuilder {
  private(set) var graph = Graph()
  private var taken: Set<String>
  private var constants: Set<String> = []

  /// - Parameter names: of the weights, and of what comes in and goes out: no node gets one of them.
  init(reserving names: Set<String>) { taken = names }

  /// Adds a node whose output has the node's name.
  ///
  /// - Parameter name: gets a number where it is taken; nil is the operator's.
  /// - Returns: the name that it has got.
  mutating func add(
    _ type: String, _ inputs: [String], name: String? = nil, _ attributes: [Graph.Attribute] = []
  ) -> String {
    let wanted = name ?? type
    var (name, number) = (wanted, 2)
    while !taken.insert(name).inserted {
      name = "\(wanted)_\(number)"
      number += 1
    }
    graph.nodes.append(.init(type: type, name: name, inputs: inputs, output: name, attributes: attributes))
    return name
  }

  /// A weight under its name in the checkpoint, once however often it is asked for.
  mutating func weight(_ name: String, _ tensor: Tensor) -> String { constant(name, tensor.shape, .floats(tensor)) }

  /// Whole numbers under a name that tells them: equal numbers are one tensor.
  mutating func integers(_ values: [Int]) -> String {
    constant("integers." + values.map(String.init).joined(separator: "."), [values.count], .integers(values))
  }

  /// The same of numbers; of a shape of no length for a single one.
  mutating func numbers(_ values: [Float], shape: [Int]) -> String {
    let name = "numbers." + (shape.map { "\($0)" } + values.map { "\($0)" }).joined(separator: "_")
    return constant(name, shape, .floats(Tensor(values, shape: shape)))
  }

  /// A tensor that comes in.
  mutating func input(_ port: Graph.Port) -> String {
    graph.inputs.append(port)
    return port.name
  }

  /// Adds the node that gives a tensor which goes out.
  mutating func output(
    _ port: Graph.Port, _ type: String, _ inputs: [String], _ attributes: [Graph.Attribute] = []
  ) {
    graph.nodes.append(.init(type: type, name: port.name, inputs: inputs, output: port.name, attributes: attributes))
    graph.outputs.append(port)
  }

  private mutating func constant(_ name: String, _ shape: [Int], _ scalars: Graph.Initializer.Scalars) -> String {
    taken.insert(name)
    if constants.insert(name).inserted {
      graph.initializers.append(.init(name: name, shape: shape, scalars: scalars))
    }
    return name
  }
}
