import Testing

extension Interpreter {
  /// By factors that are given.
  func resized(_ x: Values, _ read: [Values?], _ node: ReadModel.Node) throws -> Values {
    #expect(read[1] == nil && read.count == 3)
    let scales = try #require(read[2]).scalars
    let shape = zip(x.shape, scales).map { Int((Double($0) * $1).rounded(.down)) }
    #expect(scales[0] == 1 && scales[1] == 1)
    let mode = [node.texts["mode"], node.texts["coordinate_transformation_mode"], node.texts["nearest_mode"]]
    if mode == ["nearest", "asymmetric", "floor"] {
      return Values(shape) { index in x[zip(index, scales).map { Int((Double($0) / $1).rounded(.down)) }] }
    }
    #expect(mode == ["linear", "half_pixel", nil] || mode == ["linear", "align_corners", nil])
    func place(_ axis: Int, _ output: Int) -> Double {
      if mode[1] == "half_pixel" { return (Double(output) + 0.5) / scales[axis] - 0.5 }
      return shape[axis] == 1 ? 0 : Double(output * (x.shape[axis] - 1)) / Double(shape[axis] - 1)
    }
    return Values(shape) { i in
      // The two neighbours on each axis, at the edge twice the same, and the share of the second.
      let taps = (2...3).map { axis in
        let place = min(max(place(axis, i[axis]), 0), Double(x.shape[axis] - 1))
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
