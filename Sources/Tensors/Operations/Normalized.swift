import CKernels

/// Mean and biased variance of each channel over all pixels, summed as differences from the first pixel: a constant
/// channel has no variance, and one far from zero loses none of its digits.
func moments(of input: Tensor) -> (mean: Tensor, variance: Tensor) {
  let (channels, source) = (input.nhwc.channels, input.address)
  let pixels = input.count / channels
  let totals = chunkedSums(pixels: pixels, channels: channels) { first, count, sums, squares in
    rss_normalization_moments(sums, squares, source + first, source, count, Int32(channels))
  }
  let means = (0..<channels).map { totals[$0] / Double(pixels) }
  return (
    Tensor(means.enumerated().map { Float(Double(source[$0]) + $1) }, shape: [channels]),
    Tensor(
      means.enumerated().map { c, mean in
        let variance = totals[channels + c] / Double(pixels) - mean * mean
        return variance < 0 ? 0 : Float(variance)  // below 0 by rounding; NaN stays
      }, shape: [channels])
  )
}

/// Two sums for each channel over all pixels, of chunks that don't depend on the number of threads, added in their
/// order.
func chunkedSums(
  pixels: Int, channels: Int,
  _ sum: (_ first: Int, _ pixels: Int, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) -> Void
) -> [Double] {
  let step = max(1, (1 << 15) / channels)
  let chunks = (pixels + step - 1) / step
  var parts = [Double](repeating: 0, count: chunks * 2 * channels)
  parts.withUnsafeMutableBufferPointer { parts in
    guard let target = parts.baseAddress else { return }
    parallelRanges(chunks) { range in
      for i in range {
        let part = target + i * 2 * channels
        sum(i * step * channels, min(step, pixels - i * step), part, part + channels)
      }
    }
  }
  var totals = [Double](repeating: 0, count: 2 * channels)
  for chunk in 0..<chunks { for c in 0..<2 * channels { totals[c] += parts[chunk * 2 * channels + c] } }
  return totals
}

/// A batch and the statistics it is normalised by.
///
///     r = 1 / sqrt(variance + epsilon),   g = dL/dy where the activation didn't clip, else 0
///     dL/dshift = sum g,   dL/dscale = r sum g (x - mean),   dL/dresidual = g
///     dL/dx = scale r (g - mean of g - (x - mean) r^2 mean of g (x - mean))
///
/// and dL/dx = scale r g where the statistics aren't the batch's.
struct Normalized {
  let source: Tensor
  let output: Tensor
  let activation: Activation
  let scale: Tensor
  let mean: Tensor
  let variance: Tensor
  let epsilon: Float
  let isOfBatch: Bool

  private var channels: Int { scale.count }
  private var pixels: Int { source.count / channels }
  /// r
  private var roots: [Double] {
    (0..<channels).map { 1 / (Double(variance.address[$0]) + Double(epsilon)).squareRoot() }
  }

  /// Fills the output.
  func forward(shift: Tensor, residual: Tensor?) {
    let factor = roots.enumerated().map { Float(Double(scale.address[$0]) * $1) }
    overPixels { first, count in
      rss_normalization_apply(
        output.address + first, source.address + first, residual.map { UnsafePointer($0.address + first) },
        mean.address, factor, shift.address, activation.floor, activation.ceiling, count, Int32(channels))
    }
  }

  /// Turns the gradient of the output into that of the input.
  func backward(_ gradient: inout Tensor, residual: Bool) -> (scale: Tensor, shift: Tensor, residual: Tensor?) {
    let residualGradient = residual ? Tensor(uninitialized: source.shape) : nil
    let ceiling = activation.ceiling
    return gradient.withMutableScalars { gradient in
      func outputs(_ first: Int) -> UnsafePointer<Float>? {
        activation == .none ? nil : UnsafePointer(output.address + first)
      }
      let totals = chunkedSums(pixels: pixels, channels: channels) { first, count, sums, products in
        rss_normalization_sums(
          sums, products, gradient + first, outputs(first), ceiling, source.address + first, mean.address, count,
          Int32(channels))
      }
      let (roots, count) = (roots, Double(pixels))
      let factor = roots.enumerated().map { Double(scale.address[$0]) * $1 }
      let offset = factor.enumerated().map { isOfBatch ? Float($1 * totals[$0] / count) : 0 }
      let slope = factor.enumerated().map {
        isOfBatch ? Float($1 * roots[$0] * roots[$0] * totals[channels + $0] / count) : 0
      }
      let factors = factor.map { Float($0) }
      overPixels { first, count in
        rss_normalization_spread(
          gradient + first, residualGradient.map { $0.address + first }, outputs(first), ceiling,
          source.address + first, mean.address, factors, offset, slope, count, Int32(channels))
      }
      return (
        Tensor(roots.enumerated().map { Float($1 * totals[channels + $0]) }, shape: [channels]),
        Tensor(totals.prefix(channels).map { Float($0) }, shape: [channels]), residualGradient
      )
    }
  }

  private func overPixels(_ body: (_ first: Int, _ pixels: Int) -> Void) {
    parallelRanges(pixels, minimumPerThread: 1 + elementwiseGrain / channels) {
      body($0.lowerBound * channels, $0.count)
    }
  }
}
