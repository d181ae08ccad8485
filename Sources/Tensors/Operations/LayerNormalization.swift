import CKernels

extension Tape {
  /// Layer normalisation (Ba et al. 2016) over the channels of each pixel, as ConvNeXt has it.
  ///
  ///     y = scale (x - mean) / sqrt(variance + epsilon) + shift
  ///
  /// - Parameters: `input` is `[N, H, W, C]`; `scale` and `shift` are `[C]`.
  public func layerNormalization(
    _ input: Variable, scale: Variable, shift: Variable, epsilon: Float = 1e-6
  ) -> Variable {
    let channels = input.value.nhwc.channels
    precondition(scale.shape == [channels] && shift.shape == [channels], "scale and shift have one value per channel")
    let pixels = input.value.count / max(1, channels)
    let output = Tensor(uninitialized: input.shape)
    measured(.layerNormalization(epsilon: epsilon)) {
      parallelRanges(pixels, minimumPerThread: 1 + elementwiseGrain / max(1, channels)) {
        rss_layer_normalization(
          output.address + $0.lowerBound * channels, input.value.address + $0.lowerBound * channels,
          scale.value.address, shift.value.address, epsilon, $0.count, Int32(channels))
      }
    }
    let (source, factor) = (input.value, scale.value)
    let (inputSlot, scaleSlot, shiftSlot) = (input.slot, scale.slot, shift.slot)
    return record(.layerNormalization(epsilon: epsilon), output, from: [input, scale, shift]) { gradient in
      let totals = gradient.withMutableScalars { gradient in
        chunkedSums(pixels: pixels, channels: channels) { first, count, scales, shifts in
          rss_layer_normalization_backward(
            gradient + first, scales, shifts, source.address + first, factor.address, epsilon, count, Int32(channels))
        }
      }
      scaleSlot?.accumulate(Tensor(totals.prefix(channels).map { Float($0) }, shape: [channels]))
      shiftSlot?.accumulate(Tensor(totals.suffix(channels).map { Float($0) }, shape: [channels]))
      inputSlot?.accumulate(gradient)
    }
  }
}
