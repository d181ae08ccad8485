import CKernels

extension Tape {
  /// A convolution of each channel by itself.
  ///
  /// Ours and not oneDNN's: where the kernel is dilated, its 2.6 has none for this layout and makes one matrix product for
  /// each channel, and so MobileNetV2 with DeepLabV3+ spent a third of its step on a hundredth of its operations
  /// (benchmarks/README.md). Sums don't depend on the number of threads.
  ///
  /// - Parameters: as those of `convolution`; `weight` is `[C, 1, K, K]` with a K of at most 7.
  func depthwiseConvolution(
    _ input: Variable, weight: Variable, bias: Variable?, _ geometry: ConvolutionGeometry
  ) -> Variable {
    let (n, h, w, c) = input.value.nhwc
    let (kernel, padding) = (weight.shape[2], geometry.padding)
    let outHeight = geometry.outputLength(h, padding.top, padding.bottom, taps: kernel)
    let outWidth = geometry.outputLength(w, padding.left, padding.right, taps: kernel)
    var shape = rss_depthwise_shape(
      in_height: Int32(h), in_width: Int32(w), out_height: Int32(outHeight), out_width: Int32(outWidth),
      channels: Int32(c), kernel: Int32(kernel), stride: Int32(geometry.stride), dilation: Int32(geometry.dilation),
      pad_top: Int32(padding.top), pad_left: Int32(padding.left))
    let output = Tensor(uninitialized: [n, outHeight, outWidth, c])
    let packed = tapsFirst(weight.value)
    let (inImage, outImage) = (h * w * c, outHeight * outWidth * c)
    measured(.convolution(geometry)) {
      parallelRanges(n * outHeight, minimumPerThread: 1 + elementwiseGrain / max(1, outWidth * c)) {
        for i in $0 {
          rss_depthwise_forward(
            output.address + i * outWidth * c, input.value.address + i / outHeight * inImage, packed.address,
            bias?.value.address, &shape, Int32(i % outHeight))
        }
      }
    }
    let (source, weights) = (input.value, weight.value)
    let (inputSlot, weightSlot, biasSlot) = (input.slot, weight.slot, bias?.slot)
    return record(.convolution(geometry), output, from: [input, weight] + (bias.map { [$0] } ?? [])) { gradient in
      var shape = shape
      if weightSlot != nil || biasSlot != nil {
        let weightGradient = Tensor(uninitialized: weights.shape)
        let biasGradient = biasSlot == nil ? nil : Tensor(uninitialized: [c])
        let blocks = channelBlocks(c)
        parallelRanges(blocks.count) {
          for block in blocks[$0] {
            rss_depthwise_backward_weights(
              weightGradient.address, biasGradient?.address, source.address, gradient.address, &shape, Int32(n),
              Int32(block.lowerBound), Int32(block.count))
          }
        }
        weightSlot?.accumulate(weightGradient)
        if let biasGradient { biasSlot?.accumulate(biasGradient) }
      }
      if let inputSlot {
        let inputGradient = Tensor(uninitialized: source.shape)
        parallelRanges(n * h, minimumPerThread: 1 + elementwiseGrain / max(1, w * c)) {
          for i in $0 {
            rss_depthwise_backward_data(
              inputGradient.address + i * w * c, gradient.address + i / h * outImage, packed.address, &shape,
              Int32(i % h))
          }
        }
        inputSlot.accumulate(inputGradient)
      }
    }
  }
}

/// What the kernel takes at once: 64 channels, then 16, then the rest.
private func channelBlocks(_ channels: Int) -> [Range<Int>] {
  var blocks: [Range<Int>] = []
  var first = 0
  for size in [64, 16] {
    while first + size <= channels {
      blocks.append(first..<first + size)
      first += size
    }
  }
  return first < channels ? blocks + [first..<channels] : blocks
}

/// `[C, 1, K, K]` -> `[K K, C]`
private func tapsFirst(_ weights: Tensor) -> Tensor {
  let channels = weights.shape[0]
  let taps = weights.count / max(1, channels)
  let packed = Tensor(uninitialized: [taps, channels])
  for c in 0..<channels { for t in 0..<taps { packed.address[t * channels + c] = weights.address[c * taps + t] } }
  return packed
}
