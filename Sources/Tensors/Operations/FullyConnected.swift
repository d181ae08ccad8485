import COpenBLAS

extension Tape {
  /// y = x W^T + b, by OpenBLAS.
  ///
  /// - Parameters: `input` is `[N, I]`, `weight` is `[O, I]`, `bias` is `[O]` or none.
  /// - Returns: `[N, O]`.
  public func fullyConnected(_ input: Variable, weight: Variable, bias: Variable? = nil) -> Variable {
    precondition(
      input.shape.count == 2 && weight.shape.count == 2 && input.shape[1] == weight.shape[1],
      "a fully connected layer takes [N, I] and [O, I], not \(input.shape) and \(weight.shape)")
    let (n, inner, o) = (input.shape[0], input.shape[1], weight.shape[0])
    let output = Tensor(uninitialized: [n, o])
    measured(.fullyConnected) {
      Threads.tellCaller()
      for row in 0..<n {
        for k in 0..<o { output.address[row * o + k] = bias?.value.address[k] ?? 0 }
      }
      rss_gemm(
        false, true, Int32(n), Int32(o), Int32(inner), 1, input.value.address, Int32(max(1, inner)),
        weight.value.address, Int32(max(1, inner)), 1, output.address, Int32(max(1, o)))
    }
    let (source, kernel) = (input.value, weight.value)
    let (inputSlot, weightSlot, biasSlot) = (input.slot, weight.slot, bias?.slot)
    return record(.fullyConnected, output, from: [input, weight] + (bias.map { [$0] } ?? [])) { gradient in
      Threads.tellCaller()
      if let weightSlot {
        let weightGradient = Tensor(uninitialized: [o, inner])
        rss_gemm(
          true, false, Int32(o), Int32(inner), Int32(n), 1, gradient.address, Int32(max(1, o)), source.address,
          Int32(max(1, inner)), 0, weightGradient.address, Int32(max(1, inner)))
        weightSlot.accumulate(weightGradient)
      }
      if let biasSlot {
        let biasGradient = Tensor(zeros: [o])
        for row in 0..<n { for k in 0..<o { biasGradient.address[k] += gradient.address[row * o + k] } }
        biasSlot.accumulate(biasGradient)
      }
      if let inputSlot {
        let inputGradient = Tensor(uninitialized: [n, inner])
        rss_gemm(
          false, false, Int32(n), Int32(inner), Int32(o), 1, gradient.address, Int32(max(1, o)), kernel.address,
          Int32(max(1, inner)), 0, inputGradient.address, Int32(max(1, inner)))
        inputSlot.accumulate(inputGradient)
      }
    }
  }
}
