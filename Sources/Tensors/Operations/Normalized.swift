import CKernels

/// What a batch normalisation finds of a batch.
struct Moments {
  /// Of each channel.
  let mean: Tensor
  /// Biased: divided by the number of samples.
  let variance: Tensor
  /// Pixels of all images; 0 where the statistics aren't of a batch.
  let samples: Int

  /// From the biased to the unbiased variance.
  var unbiasedFactor: Float { Float(samples) / Float(samples - 1) }
}

extension Tape {
  /// How a shard's tape exchanges numbers with those of the batch's other shards; nil where it has the whole batch, or where
  /// each has statistics of its own.
  var synchronised: ((_ own: [Double]) -> [[Double]])? {
    guard let part, part.batch.synchronises else { return nil }
    return { part.batch.exchange($0, shard: part.shard) }
  }

  /// Mean and biased variance of each channel over all pixels, summed as differences from the first pixel: a constant
  /// channel has no variance, and one far from zero loses none of its digits.
  ///
  /// Those of a batch in synchronised shards are put together in the order of shards, so that they don't follow from who has
  /// which.
  func moments(of input: Tensor) -> Moments {
    let (channels, source) = (input.nhwc.channels, input.address)
    let pixels = input.count / channels
    let totals = chunkedSums(pixels: pixels, channels: channels) { first, count, sums, squares in
      rss_normalization_moments(sums, squares, source + first, source, count, Int32(channels))
    }
    let means = (0..<channels).map { totals[$0] / Double(pixels) }
    if let exchange = synchronised {
      let own = ShardMoments(
        samples: Double(pixels), means: means.enumerated().map { Double(source[$0]) + $1 },
        squares: means.enumerated().map { totals[channels + $0] - $1 * $1 * Double(pixels) })
      return ShardMoments.together(exchange(own.numbers).map(ShardMoments.init(numbers:)))
    }
    return Moments(
      mean: Tensor(means.enumerated().map { Float(Double(source[$0]) + $1) }, shape: [channels]),
      variance: Tensor(
        means.enumerated().map { c, mean in
          nonnegative(totals[channels + c] / Double(pixels) - mean * mean)
        }, shape: [channels]), samples: pixels)
  }
}

/// Below 0 by rounding is 0; NaN stays.
private func nonnegative(_ variance: Double) -> Float { variance < 0 ? 0 : Float(variance) }

/// Of one shard's channels: the means, and the sums of squared differences from them.
private struct ShardMoments {
  var samples: Double
  var means: [Double]
  var squares: [Double]

  init(samples: Double, means: [Double], squares: [Double]) {
    (self.samples, self.means, self.squares) = (samples, means, squares)
  }

  init(numbers: [Double]) {
    let channels = numbers.count / 2
    self.init(
      samples: numbers[0], means: Array(numbers[1...channels]), squares: Array(numbers[(channels + 1)...]))
  }

  var numbers: [Double] { [samples] + means + squares }

  /// Moments of two sets from those of each (Chan, Golub and LeVeque 1983), one shard after the other.
  static func together(_ shards: [ShardMoments]) -> Moments {
    let sum = shards.dropFirst().reduce(into: shards[0]) { sum, next in
      let samples = sum.samples + next.samples
      for c in sum.means.indices {
        let difference = next.means[c] - sum.means[c]
        sum.means[c] += difference * next.samples / samples
        sum.squares[c] += next.squares[c] + difference * difference * sum.samples * next.samples / samples
      }
      sum.samples = samples
    }
    return Moments(
      mean: Tensor(sum.means.map { Float($0) }, shape: [sum.means.count]),
      variance: Tensor(sum.squares.map { nonnegative($0 / sum.samples) }, shape: [sum.means.count]),
      samples: Int(sum.samples))
  }
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
  let moments: Moments
  let epsilon: Float
  /// With the other shards of the batch whose statistics these are; nil where they are of the source alone.
  let exchange: ((_ own: [Double]) -> [[Double]])?

  private var mean: Tensor { moments.mean }
  private var variance: Tensor { moments.variance }
  private var isOfBatch: Bool { moments.samples > 0 }
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
      let (roots, count) = (roots, Double(moments.samples))
      let ofBatch =
        exchange.map { exchange in
          exchange(totals).reduce(into: [Double](repeating: 0, count: totals.count)) { sums, next in
            for i in sums.indices { sums[i] += next[i] }
          }
        } ?? totals
      let factor = roots.enumerated().map { Double(scale.address[$0]) * $1 }
      let offset = factor.enumerated().map { isOfBatch ? Float($1 * ofBatch[$0] / count) : 0 }
      let slope = factor.enumerated().map {
        isOfBatch ? Float($1 * roots[$0] * roots[$0] * ofBatch[channels + $0] / count) : 0
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
