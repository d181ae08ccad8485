import Testing

/// The operators that are more than a line, each by its definition.
extension Interpreter {
  /// With the broadcasting of NumPy.
  func elementwise(_ a: Values, _ b: Values, _ function: (Double, Double) -> Double) -> Values {
    let rank = max(a.shape.count, b.shape.count)
    func aligned(_ x: Values) -> Values {
      Values([Int](repeating: 1, count: rank - x.shape.count) + x.shape, x.scalars)
    }
    let (a, b) = (aligned(a), aligned(b))
    func entry(_ x: Values, _ index: [Int]) -> Double { x[zip(index, x.shape).map { $1 == 1 ? 0 : $0 }] }
    return Values(zip(a.shape, b.shape).map { max($0, $1) }) { function(entry(a, $0), entry(b, $0)) }
  }

  func concatenation(_ parts: [Values], axis: Int) -> Values {
    var shape = parts[0].shape
    shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
    return Values(shape) { index in
      var index = index
      for part in parts {
        if index[axis] < part.shape[axis] { return part[index] }
        index[axis] -= part.shape[axis]
      }
      return .nan
    }
  }

  /// Zeros around; the pads are all beginnings, then all ends.
  func padded(_ x: Values, _ pads: [Int]) -> Values {
    let rank = x.shape.count
    return Values((0..<rank).map { x.shape[$0] + pads[$0] + pads[rank + $0] }) { index in
      let from = (0..<rank).map { index[$0] - pads[$0] }
      return zip(from, x.shape).allSatisfy { (0..<$1).contains($0) } ? x[from] : 0
    }
  }

  func slice(_ x: Values, _ starts: [Int], _ ends: [Int], axes: [Int]) -> Values {
    var (first, shape) = ([Int](repeating: 0, count: x.shape.count), x.shape)
    for (i, axis) in axes.enumerated() {
      first[axis] = starts[i]
      shape[axis] = min(ends[i], x.shape[axis]) - starts[i]
    }
    return Values(shape) { index in x[zip(index, first).map { $0 + $1 }] }
  }

  /// 0 keeps a length and -1 takes what is left.
  func reshaped(_ x: Values, _ lengths: [Int]) -> Values {
    let kept = lengths.enumerated().map { $1 == 0 ? x.shape[$0] : $1 }
    let known = kept.filter { $0 > 0 }.reduce(1, *)
    return Values(kept.map { $0 == -1 ? x.scalars.count / known : $0 }, x.scalars)
  }

  func transposed(_ x: Values, _ axes: [Int]) -> Values {
    Values(axes.map { x.shape[$0] }) { index in
      var from = index
      for (i, axis) in axes.enumerated() { from[axis] = index[i] }
      return x[from]
    }
  }

  func mostProbable(_ x: Values, _ node: ReadModel.Node) -> Values {
    #expect(node.integers == ["axis": [1], "keepdims": [0]])
    return Values([x.shape[0], x.shape[2], x.shape[3]]) { i in
      let scores = (0..<x.shape[1]).map { x[[i[0], $0, i[1], i[2]]] }
      return Double(scores.firstIndex(of: scores.max() ?? 0) ?? -1)
    }
  }

  func product(_ x: Values, _ weight: Values, _ bias: Values?, _ node: ReadModel.Node) throws -> Values {
    #expect(node.integers == ["transB": [1]])
    return Values([x.shape[0], weight.shape[0]]) { i in
      (0..<x.shape[1]).reduce(bias?[[i[1]]] ?? 0) { $0 + x[[i[0], $1]] * weight[[i[1], $1]] }
    }
  }

  func convolution(_ x: Values, _ weight: Values, _ bias: Values?, _ node: ReadModel.Node) throws -> Values {
    let strides = try #require(node.integers["strides"])
    let dilations = try #require(node.integers["dilations"])
    let pads = try #require(node.integers["pads"])
    let groups = try #require(node.integers["group"]?[0])
    #expect(node.integers["kernel_shape"] == Array(weight.shape[2...]))
    let taps = weight.shape
    let sizes = (0..<2).map { (axis: Int) -> Int in
      let padded = x.shape[2 + axis] + pads[axis] + pads[2 + axis]
      return (padded - dilations[axis] * (taps[2 + axis] - 1) - 1) / strides[axis] + 1
    }
    let outputsPerGroup = taps[0] / groups
    return Values([x.shape[0], taps[0]] + sizes) { i in
      var sum = bias?[[i[1]]] ?? 0
      for c in 0..<taps[1] {
        for ky in 0..<taps[2] {
          for kx in 0..<taps[3] {
            let y = i[2] * strides[0] + ky * dilations[0] - pads[0]
            let column = i[3] * strides[1] + kx * dilations[1] - pads[1]
            guard (0..<x.shape[2]).contains(y), (0..<x.shape[3]).contains(column) else { continue }
            sum += weight[[i[1], c, ky, kx]] * x[[i[0], i[1] / outputsPerGroup * taps[1] + c, y, column]]
          }
        }
      }
      return sum
    }
  }

  /// Of the window's pixels that lie in the image.
  func pooled(_ x: Values, _ node: ReadModel.Node) throws -> Values {
    let kernel = try #require(node.integers["kernel_shape"])
    let strides = try #require(node.integers["strides"])
    let pads = try #require(node.integers["pads"])
    let sizes = (0..<2).map { (axis: Int) -> Int in
      let padded = x.shape[2 + axis] + pads[axis] + pads[2 + axis]
      return (padded - kernel[axis]) / strides[axis] + 1
    }
    return Values([x.shape[0], x.shape[1]] + sizes) { i in
      let window = Values(kernel) { tap in
        let at = (0..<2).map { i[2 + $0] * strides[$0] + tap[$0] - pads[$0] }
        let isInside = (0..<x.shape[2]).contains(at[0]) && (0..<x.shape[3]).contains(at[1])
        return isInside ? x[[i[0], i[1]] + at] : .nan
      }.scalars.filter { !$0.isNaN }
      return node.type == "MaxPool" ? window.max() ?? .nan : window.reduce(0, +) / Double(window.count)
    }
  }
}
