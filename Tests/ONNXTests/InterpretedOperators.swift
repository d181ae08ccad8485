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
    let sizes = (0..<2).map { axis in
      (x.shape[2 + axis] + pads[axis] + pads[2 + axis] - dilations[axis] * (taps[2 + axis] - 1) - 1) / strides[axis] + 1
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

  func normalized(_ x: Values, _ perChannel: [Values], _ node: ReadModel.Node) throws -> Values {
    let epsilon = Double(try #require(node.numbers["epsilon"]))
    return Values(x.shape) { i in
      let (scale, shift) = (perChannel[0][[i[1]]], perChannel[1][[i[1]]])
      let (mean, variance) = (perChannel[2][[i[1]]], perChannel[3][[i[1]]])
      return scale * (x[i] - mean) / (variance + epsilon).squareRoot() + shift
    }
  }

  /// Of the window's pixels that lie in the image.
  func pooled(_ x: Values, _ node: ReadModel.Node) throws -> Values {
    let kernel = try #require(node.integers["kernel_shape"])
    let strides = try #require(node.integers["strides"])
    let pads = try #require(node.integers["pads"])
    let sizes = (0..<2).map { axis in
      (x.shape[2 + axis] + pads[axis] + pads[2 + axis] - kernel[axis]) / strides[axis] + 1
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

  func resized(_ x: Values, _ read: [Values?], _ node: ReadModel.Node) throws -> Values {
    #expect(read[1] == nil)
    let shape: [Int]
    if let scales = read[2] {
      shape = zip(x.shape, scales.scalars).map { Int((Double($0) * $1).rounded(.down)) }
    } else {
      shape = try #require(read[3]).integers
    }
    let scales = zip(shape, x.shape).map { Double($0) / Double($1) }
    #expect(scales[0] == 1 && scales[1] == 1)
    let mode = [node.texts["mode"], node.texts["coordinate_transformation_mode"], node.texts["nearest_mode"]]
    if mode == ["nearest", "asymmetric", "floor"] {
      return Values(shape) { index in x[zip(index, scales).map { Int((Double($0) / $1).rounded(.down)) }] }
    }
    #expect(mode == ["linear", "half_pixel", nil])
    return Values(shape) { i in
      // The two neighbours on each axis, at the edge twice the same, and the share of the second.
      let taps = (2...3).map { axis in
        let place = min(max((Double(i[axis]) + 0.5) / scales[axis] - 0.5, 0), Double(x.shape[axis] - 1))
        let first = Int(place)
        return (first: first, second: min(first + 1, x.shape[axis] - 1), share: place - Double(first))
      }
      func row(_ y: Int) -> Double {
        let (a, b) = (x[[i[0], i[1], y, taps[1].first]], x[[i[0], i[1], y, taps[1].second]])
        return a + (b - a) * taps[1].share
      }
      let (top, bottom) = (row(taps[0].first), row(taps[0].second))
      return top + (bottom - top) * taps[0].share
    }
  }
}
