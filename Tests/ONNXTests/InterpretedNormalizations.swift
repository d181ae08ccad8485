import Testing

/// Normalisations, each by its formula.
extension Interpreter {
  /// By given moments of each channel.
  func batchNormalized(_ x: Values, _ perChannel: [Values], _ node: ReadModel.Node) throws -> Values {
    let epsilon = Double(try #require(node.numbers["epsilon"]))
    return Values(x.shape) { i in
      let (scale, shift) = (perChannel[0][[i[1]]], perChannel[1][[i[1]]])
      let (mean, variance) = (perChannel[2][[i[1]]], perChannel[3][[i[1]]])
      return scale * (x[i] - mean) / (variance + epsilon).squareRoot() + shift
    }
  }

  /// By the moments of each image's each channel.
  func instanceNormalized(_ x: Values, _ scale: Values, _ shift: Values, _ node: ReadModel.Node) throws -> Values {
    let epsilon = Double(try #require(node.numbers["epsilon"]))
    let size = x.shape.dropFirst(2).reduce(1, *)
    let channels = x.shape[1]
    return Values(
      x.shape,
      x.scalars.indices.map { i in
        let first = i / size * size
        let c = i / size % channels
        return standardised(x.scalars[i], among: x.scalars[first..<first + size], epsilon) * scale[[c]] + shift[[c]]
      })
  }

  /// By the moments along the last axis.
  func layerNormalized(_ x: Values, _ scale: Values, _ shift: Values, _ node: ReadModel.Node) throws -> Values {
    let epsilon = Double(try #require(node.numbers["epsilon"]))
    #expect(node.integers["axis"] == [-1])
    let size = scale.scalars.count
    return Values(
      x.shape,
      x.scalars.indices.map { i in
        let first = i / size * size
        return standardised(x.scalars[i], among: x.scalars[first..<first + size], epsilon) * scale[[i - first]]
          + shift[[i - first]]
      })
  }

  private func standardised(_ value: Double, among values: ArraySlice<Double>, _ epsilon: Double) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (value - mean) / (variance + epsilon).squareRoot()
  }
}
