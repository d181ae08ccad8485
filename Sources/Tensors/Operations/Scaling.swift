import CKernels

extension Tape {
  /// residual + scale x, one factor for each channel: ConvNeXt's layer scale (Touvron et al. 2021) and the sum behind it.
  ///
  /// - Parameters: `input` and `residual` are `[N, H, W, C]`; `scale` is `[C]`.
  public func scaled(_ input: Variable, by scale: Variable, addedTo residual: Variable) -> Variable {
    let channels = input.value.nhwc.channels
    precondition(scale.shape == [channels] && residual.shape == input.shape, "one factor per channel, and one shape")
    let output = Tensor(uninitialized: input.shape)
    guard output.count > 0 else { return Variable(output) }
    // A normalisation by mean 0 and variance 1.
    let normalized = Normalized(
      source: input.value, output: output, activation: .none, scale: scale.value,
      moments: Moments(
        mean: Tensor(zeros: [channels]), variance: Tensor(filledWith: 1, shape: [channels]), samples: 0),
      epsilon: 0, exchange: nil)
    measured(.scaling) { normalized.forward(shift: Tensor(zeros: [channels]), residual: residual.value) }
    let (inputSlot, scaleSlot, residualSlot) = (input.slot, scale.slot, residual.slot)
    return record(.scaling, output, from: [input, scale, residual]) { gradient in
      let found = normalized.backward(&gradient, residual: residualSlot != nil)
      scaleSlot?.accumulate(found.scale)
      if let residual = found.residual { residualSlot?.accumulate(residual) }
      inputSlot?.accumulate(gradient)
    }
  }
}
