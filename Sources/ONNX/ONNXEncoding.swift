import Support

extension ONNXModel {
  /// Operators are those of this version of the standard, which tools from 2022 on read.
  static let operators = 17
  /// Of the file format, which is older than the operators.
  private static let format = 8
  /// Of what a file of ours holds: the names and meanings of inputs, outputs and metadata.
  private static let version = "1"

  /// The file's bytes. The fields' numbers are those of onnx.proto.
  func encoded() -> [UInt8] {
    var model = ProtocolBuffer()
    model.integer(1, Self.format)
    model.text(2, "rss")
    model.text(3, Self.version)
    model.message(7) { $0.add(graph) }
    model.message(8) { $0.integer(2, Self.operators) }
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      model.message(14) { entry in
        entry.text(1, key)
        entry.text(2, value)
      }
    }
    return model.bytes
  }
}

extension Graph.ElementType {
  /// Of TensorProto.DataType.
  var code: Int {
    switch self {
    case .float32: 1
    case .uint8: 2
    case .int64: 7
    }
  }
}

extension ProtocolBuffer {
  fileprivate mutating func add(_ graph: Graph) {
    for node in graph.nodes { message(1) { $0.add(node) } }
    text(2, "network")
    for initializer in graph.initializers { message(5) { $0.add(initializer) } }
    for port in graph.inputs { message(11) { $0.add(port) } }
    for port in graph.outputs { message(12) { $0.add(port) } }
  }

  private mutating func add(_ node: Graph.Node) {
    for input in node.inputs { text(1, input) }
    text(2, node.output)
    text(3, node.name)
    text(4, node.type)
    for attribute in node.attributes { message(5) { $0.add(attribute) } }
  }

  private mutating func add(_ attribute: Graph.Attribute) {
    text(1, attribute.name)
    // Each kind has its field, and says in field 20 which it is.
    switch attribute.value {
    case .number(let value):
      float(2, value)
      integer(20, 1)
    case .integer(let value):
      integer(3, value)
      integer(20, 2)
    case .text(let value):
      text(4, value)
      integer(20, 3)
    case .integers(let values):
      for value in values { integer(8, value) }
      integer(20, 7)
    }
  }

  private mutating func add(_ initializer: Graph.Initializer) {
    for length in initializer.shape { integer(1, length) }
    switch initializer.scalars {
    case .floats(let tensor):
      integer(2, Graph.ElementType.float32.code)
      text(8, initializer.name)
      // Little-endian, as is every machine that the suite runs on.
      tensor.withScalars { block(9, UnsafeRawBufferPointer(start: $0, count: 4 * tensor.count)) }
    case .integers(let values):
      integer(2, Graph.ElementType.int64.code)
      text(8, initializer.name)
      values.map { Int64($0) }.withUnsafeBytes { block(9, $0) }
    }
  }

  private mutating func add(_ port: Graph.Port) {
    text(1, port.name)
    message(2) { type in
      type.message(1) { tensor in
        tensor.integer(1, port.type.code)
        tensor.message(2) { shape in
          for dimension in port.shape {
            shape.message(1) {
              switch dimension {
              case .fixed(let length): $0.integer(1, length)
              case .named(let name): $0.text(2, name)
              }
            }
          }
        }
      }
    }
  }
}
