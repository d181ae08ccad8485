import Testing

/// A model as another program reads it from the file's bytes.
struct ReadModel {
  struct Node {
    var type: String
    var name: String
    var inputs: [String]
    var output: String
    var integers: [String: [Int]] = [:]
    var numbers: [String: Float] = [:]
    var texts: [String: String] = [:]
  }

  struct Port: Equatable {
    var name: String
    var type: Int
    /// Numbers or names.
    var shape: [String]
  }

  struct Initializer {
    var shape: [Int]
    var type: Int
    var bytes: [UInt8]
  }

  let message: WireMessage
  let nodes: [Node]
  let initializers: [String: Initializer]
  let inputs: [Port]
  let outputs: [Port]
  let metadata: [String: String]

  init(_ bytes: [UInt8]) throws {
    message = try WireMessage(bytes[...])
    let graph = try #require(try message.messages(7).first)
    nodes = try graph.messages(1).map(Self.node)
    let tensors = try graph.messages(5)
    initializers = Dictionary(
      uniqueKeysWithValues: tensors.map {
        ($0.text(8), Initializer(shape: $0.integers(1), type: $0.integers(2)[0], bytes: Array($0.blocks(9)[0])))
      })
    inputs = try graph.messages(11).map(Self.port)
    outputs = try graph.messages(12).map(Self.port)
    metadata = Dictionary(uniqueKeysWithValues: try message.messages(14).map { ($0.text(1), $0.text(2)) })
  }

  private static func node(_ message: WireMessage) throws -> Node {
    var node = Node(
      type: message.text(4), name: message.text(3), inputs: message.texts(1), output: message.text(2))
    #expect(message.texts(2).count == 1)
    for attribute in try message.messages(5) {
      let name = attribute.text(1)
      switch attribute.integers(20) {
      case [1]: node.numbers[name] = attribute.float(2)
      case [2]: node.integers[name] = attribute.integers(3)
      case [3]: node.texts[name] = attribute.text(4)
      case [7]: node.integers[name] = attribute.integers(8)
      default: Issue.record("attribute \(name) of no known kind")
      }
    }
    return node
  }

  private static func port(_ message: WireMessage) throws -> Port {
    let tensor = try #require(try message.messages(2).first?.messages(1).first)
    let dimensions = try #require(try tensor.messages(2).first?.messages(1))
    return Port(
      name: message.text(1), type: tensor.integers(1)[0],
      shape: dimensions.map { $0.integers(1).first.map(String.init) ?? $0.text(2) })
  }
}
