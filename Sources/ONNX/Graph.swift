import Tensors

/// A graph of ONNX, as far as networks need it: nodes of one output each, every one behind those that it reads.
struct Graph {
  /// One operator of the standard, with the names of the tensors that it reads ("" for one left out).
  struct Node {
    var type: String
    var name: String
    var inputs: [String]
    var output: String
    var attributes: [Attribute]
  }

  struct Attribute {
    enum Value { case integer(Int), integers([Int]), number(Float), text(String) }
    var name: String
    var value: Value

    init(_ name: String, _ value: Value) { (self.name, self.value) = (name, value) }
  }

  /// A tensor that the file holds.
  struct Initializer {
    enum Scalars { case floats(Tensor), integers([Int]) }
    var name: String
    var shape: [Int]
    var scalars: Scalars
  }

  /// A tensor that comes in or goes out.
  struct Port {
    var name: String
    var type: ElementType
    var shape: [Dimension]
  }

  enum ElementType { case float32, int64, uint8 }

  enum Dimension { case fixed(Int), named(String) }

  var nodes: [Node] = []
  var initializers: [Initializer] = []
  var inputs: [Port] = []
  var outputs: [Port] = []

  /// Of the weights, which are nearly all of a file.
  var weightBytes: Int {
    initializers.reduce(0) { total, initializer in
      if case .floats(let tensor) = initializer.scalars { total + 4 * tensor.count } else { total }
    }
  }
}
