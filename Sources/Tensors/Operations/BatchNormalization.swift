import CKernels

/// Running statistics of a batch normalisation, used in evaluation.
public final class NormalizationStatistics {
  /// As in the checkpoint: `encoder.0.normalization`; `.running_mean` and `.running_var` are appended.
  public let name: String
  /// Running mean of each channel.
  public package(set) var mean: Tensor
  /// Unbiased (divided by n - 1), as PyTorch keeps it.
  public package(set) var variance: Tensor

  /// Mean 0 and variance 1, of no batch yet.
  public init(name: String, channels: Int) {
    self.name = name
    mean = Tensor(zeros: [channels])
    variance = Tensor(filledWith: 1, shape: [channels])
  }
}

extension Tape {
  /// Batch normalisation (Ioffe and Szegedy 2015) with ReLU fused behind it.
  ///
  ///     y = max(0, scale (x - mean) / sqrt(variance + epsilon) + shift)
  ///
  /// A recording tape takes mean and (biased) variance over N, H and W of the batch, and keeps them for
  /// `moveStatistics`, which moves the running statistics by `momentum`; any other tape uses the running statistics.
  ///
  /// Ours and not oneDNN's, whose kernels for NHWC are scalar code where the channels aren't a multiple of 16: for the
  /// 12 channels and their multiples of our rows, a third of a training step. The sums are over fixed chunks, so the
  /// number of threads changes nothing.
  ///
  /// - Parameters: `input` is `[N, H, W, C]`; `scale` and `shift` are `[C]`.
  public func batchNormalization(
    _ input: Variable, scale: Variable, shift: Variable, statistics: NormalizationStatistics, relu: Bool = true,
    epsilon: Float = 1e-5, momentum: Float = 0.1
  ) -> Variable {
    let (n, h, w, c) = input.value.nhwc
    precondition(scale.shape == [c] && shift.shape == [c], "scale and shift have one value per channel")
    let output = Tensor(uninitialized: input.shape)
    guard output.count > 0 else { return Variable(output) }
    let operation = Operation.batchNormalization(
      statistics: statistics.name, epsilon: epsilon, ceiling: relu ? .infinity : nil)
    let normalized = measured(operation) {
      let (mean, variance) =
        isRecording ? moments(of: input.value) : (statistics.mean, statistics.variance)
      if isRecording {
        observedStatistics.append(
          .init(of: statistics, mean: mean, variance: variance, samples: n * h * w, momentum: momentum))
      }
      let normalized = Normalized(
        source: input.value, output: output, relu: relu, scale: scale.value, mean: mean, variance: variance,
        epsilon: epsilon)
      normalized.forward(shift: shift.value)
      return normalized
    }
    let (inputSlot, scaleSlot, shiftSlot) = (input.slot, scale.slot, shift.slot)
    return record(operation, output, from: [input, scale, shift]) { gradient in
      let (scaleGradient, shiftGradient) = normalized.backward(&gradient)
      scaleSlot?.accumulate(scaleGradient)
      shiftSlot?.accumulate(shiftGradient)
      inputSlot?.accumulate(gradient)
    }
  }
}

/// Mean and biased variance of each channel over all pixels, summed as differences from the first pixel: a constant
/// channel has no variance, and one far from zero loses none of its digits.
private func moments(of input: Tensor) -> (mean: Tensor, variance: Tensor) {
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
private func chunkedSums(
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
  return (0..<2 * channels).map { c in (0..<chunks).reduce(0) { $0 + parts[$1 * 2 * channels + c] } }
}

/// A batch and the statistics it is normalised by.
///
///     r = 1 / sqrt(variance + epsilon),   g = dL/dy where y > 0, else 0
///     dL/dshift = sum g,   dL/dscale = r sum g (x - mean)
///     dL/dx = scale r (g - mean of g - (x - mean) r^2 mean of g (x - mean))
private struct Normalized {
  let source: Tensor
  let output: Tensor
  let relu: Bool
  let scale: Tensor
  let mean: Tensor
  let variance: Tensor
  let epsilon: Float

  private var channels: Int { scale.count }
  private var pixels: Int { source.count / channels }
  /// r
  private var roots: [Double] {
    (0..<channels).map { 1 / (Double(variance.address[$0]) + Double(epsilon)).squareRoot() }
  }

  /// Fills the output.
  func forward(shift: Tensor) {
    let factor = roots.enumerated().map { Float(Double(scale.address[$0]) * $1) }
    overPixels { first, count in
      rss_normalization_apply(
        output.address + first, source.address + first, mean.address, factor, shift.address,
        relu ? 0 : -.infinity, count, Int32(channels))
    }
  }

  /// Turns the gradient of the output into that of the input.
  func backward(_ gradient: inout Tensor) -> (scale: Tensor, shift: Tensor) {
    gradient.withMutableScalars { gradient in
      func outputs(_ first: Int) -> UnsafePointer<Float>? { relu ? UnsafePointer(output.address + first) : nil }
      let totals = chunkedSums(pixels: pixels, channels: channels) { first, count, sums, products in
        rss_normalization_sums(
          sums, products, gradient + first, outputs(first), source.address + first, mean.address, count,
          Int32(channels))
      }
      let (roots, count) = (roots, Double(pixels))
      let factor = roots.enumerated().map { Double(scale.address[$0]) * $1 }
      let offset = factor.enumerated().map { Float($1 * totals[$0] / count) }
      let slope = factor.enumerated().map { Float($1 * roots[$0] * roots[$0] * totals[channels + $0] / count) }
      let factors = factor.map { Float($0) }
      overPixels { first, count in
        rss_normalization_spread(
          gradient + first, outputs(first), source.address + first, mean.address, factors, offset, slope, count,
          Int32(channels))
      }
      return (
        Tensor(roots.enumerated().map { Float($1 * totals[channels + $0]) }, shape: [channels]),
        Tensor(totals.prefix(channels).map { Float($0) }, shape: [channels])
      )
    }
  }

  private func overPixels(_ body: (_ first: Int, _ pixels: Int) -> Void) {
    parallelRanges(pixels, minimumPerThread: 1 + elementwiseGrain / channels) {
      body($0.lowerBound * channels, $0.count)
    }
  }
}

/// What one batch normalisation saw of a batch on a recording tape.
struct ObservedStatistics {
  let statistics: NormalizationStatistics
  let mean: Tensor
  let variance: Tensor
  let samples: Int
  let momentum: Float

  init(of statistics: NormalizationStatistics, mean: Tensor, variance: Tensor, samples: Int, momentum: Float) {
    (self.statistics, self.mean, self.variance) = (statistics, mean, variance)
    (self.samples, self.momentum) = (samples, momentum)
  }
}

extension Tape {
  /// Moves the running statistics towards what the forward pass saw, once: for a step that has succeeded. Of one that
  /// fails before, nothing is left.
  public func moveStatistics() {
    for seen in observedStatistics {
      seen.statistics.move(towards: seen.mean, seen.variance, samples: seen.samples, momentum: seen.momentum)
    }
    observedStatistics = []
  }
}

extension NormalizationStatistics {
  /// running = (1 - momentum) running + momentum batch, with the unbiased variance; a single sample has none and
  /// leaves it as it is.
  fileprivate func move(towards batchMean: Tensor, _ batchVariance: Tensor, samples: Int, momentum: Float) {
    mean.withMutableScalars { running in
      for c in 0..<batchMean.count { running[c] += momentum * (batchMean.address[c] - running[c]) }
    }
    guard samples > 1 else { return }
    let unbiased = Float(samples) / Float(samples - 1)
    variance.withMutableScalars { running in
      for c in 0..<batchVariance.count { running[c] += momentum * (unbiased * batchVariance.address[c] - running[c]) }
    }
  }
}

extension NormalizationStatistics {
  /// Takes other values of the same shape: from a checkpoint.
  public func replace(mean: Tensor, variance: Tensor) {
    precondition(mean.shape == self.mean.shape && variance.shape == self.variance.shape, "one value per channel")
    (self.mean, self.variance) = (mean, variance)
  }
}
