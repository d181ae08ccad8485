import Foundation
import Testing

/// A tensor of the interpreter, row-major, in double precision; whole numbers are exact in it.
struct Values {
  var shape: [Int]
  var scalars: [Double]

  init(_ shape: [Int], _ scalars: [Double]) {
    precondition(shape.reduce(1, *) == scalars.count, "\(scalars.count) scalars in a shape of \(shape)")
    (self.shape, self.scalars) = (shape, scalars)
  }

  /// Of one function of the index.
  init(_ shape: [Int], of function: ([Int]) -> Double) {
    self.init(shape, (0..<shape.reduce(1, *)).map { function(Self.index(of: $0, in: shape)) })
  }

  static func index(of place: Int, in shape: [Int]) -> [Int] {
    var rest = place
    var index = [Int](repeating: 0, count: shape.count)
    for axis in shape.indices.reversed() {
      index[axis] = rest % shape[axis]
      rest /= shape[axis]
    }
    return index
  }

  subscript(_ index: [Int]) -> Double { scalars[zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 }] }

  var integers: [Int] { scalars.map { Int($0) } }
}

/// Runs a graph by naive loops, from the definitions in ONNX's operator documentation; what a network's exporter doesn't
/// use, it doesn't know.
struct Interpreter {
  let model: ReadModel

  /// The outputs by name. Every node finds its inputs, or the test fails.
  func run(_ inputs: [String: Values]) throws -> [String: Values] {
    var tensors = inputs.merging(try model.initializers.mapValues(Self.values)) { $1 }
    for node in model.nodes {
      let missing = node.inputs.filter { !$0.isEmpty && tensors[$0] == nil }
      try #require(missing.isEmpty, "\(node.name) reads \(missing), which isn't there yet")
      let read = node.inputs.map { tensors[$0] }
      #expect(tensors[node.output] == nil, "two tensors are called \(node.output)")
      let found: Values = try #require(try result(of: node, read), "\(node.type) is of no known type")
      tensors[node.output] = found
    }
    return tensors.filter { name, _ in model.outputs.contains { $0.name == name } }
  }

  static func values(_ initializer: ReadModel.Initializer) throws -> Values {
    let size = initializer.type == 1 ? 4 : 8
    let bits = stride(from: 0, to: initializer.bytes.count, by: size).map { start in
      initializer.bytes[start..<start + size].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
    try #require([1, 7].contains(initializer.type))
    return Values(
      initializer.shape,
      bits.map {
        initializer.type == 1 ? Double(Float(bitPattern: UInt32($0))) : Double(Int64(bitPattern: $0))
      })
  }

  private func result(of node: ReadModel.Node, _ read: [Values?]) throws -> Values? {
    let x = try #require(read.first.flatMap { $0 })
    func input(_ i: Int) throws -> Values { try #require(i < read.count ? read[i] : nil, "\(node.name), input \(i)") }
    switch node.type {
    case "Add": return elementwise(x, try input(1), +)
    case "Sub": return elementwise(x, try input(1), -)
    case "Mul": return elementwise(x, try input(1), *)
    case "Div":
      // Whole numbers stay whole; they are only divided by whole numbers here.
      let isWhole = model.initializers[node.inputs[1]]?.type == 7
      return elementwise(x, try input(1)) { isWhole ? ($0 / $1).rounded(.towardZero) : $0 / $1 }
    case "Relu": return Values(x.shape, x.scalars.map { max(0, $0) })
    case "Clip":
      let (low, high) = try (input(1), input(2))
      try #require(low.shape.isEmpty && high.shape.isEmpty)
      return Values(x.shape, x.scalars.map { min(high.scalars[0], max(low.scalars[0], $0)) })
    case "Shape":
      let axes = (node.integers["start"]?[0] ?? 0)..<(node.integers["end"]?[0] ?? x.shape.count)
      return Values([axes.count], x.shape[axes].map(Double.init))
    case "Concat":
      return concatenation(try read.map { try #require($0) }, axis: try #require(node.integers["axis"]?[0]))
    case "Pad": return padded(x, try input(1).integers)
    case "Slice": return slice(x, try input(1).integers, try input(2).integers, axes: try input(3).integers)
    case "Flatten": return Values([x.shape[0], x.shape.dropFirst().reduce(1, *)], x.scalars)
    case "Cast":
      #expect(node.integers["to"] == [2] && x.scalars.allSatisfy { (0...255).contains($0) })
      return x
    case "ArgMax": return mostProbable(x, node)
    case "Gemm": return try product(x, input(1), read.count > 2 ? input(2) : nil, node)
    case "Conv": return try convolution(x, input(1), read.count > 2 ? input(2) : nil, node)
    case "BatchNormalization": return try batchNormalized(x, (1...4).map { try input($0) }, node)
    case "InstanceNormalization": return try instanceNormalized(x, input(1), input(2), node)
    case "LayerNormalization": return try layerNormalized(x, input(1), input(2), node)
    case "Erf": return Values(x.shape, x.scalars.map { erf($0) })
    case "Expand": return elementwise(x, Values(try input(1).integers, of: { _ in 0 }), +)
    case "Reshape": return reshaped(x, try input(1).integers)
    case "Transpose": return transposed(x, try #require(node.integers["perm"]))
    case "Unsqueeze":
      let axes = try input(1).integers
      try #require(axes == [x.shape.count, x.shape.count + 1], "two axes behind the others")
      return Values(x.shape + [1, 1], x.scalars)
    case "MaxPool", "AveragePool": return try pooled(x, node)
    case "GlobalAveragePool":
      return Values([x.shape[0], x.shape[1], 1, 1]) { i in
        let map = Values([x.shape[2], x.shape[3]]) { x[[i[0], i[1], $0[0], $0[1]]] }
        return map.scalars.reduce(0, +) / Double(map.scalars.count)
      }
    case "Resize": return try resized(x, read, node)
    default: return nil
    }
  }
}
