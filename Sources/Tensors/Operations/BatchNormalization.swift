import CKernels

/// Running statistics of a batch normalisation, used in evaluation.
public final class NormalizationStatistics {
  /// As in the checkpoint: `encoder.0.normalization`; `.running_mean` and `.running_var` are appended.
  public let name: String
  /// Running mean of each channel.
  public package(set) var mean: Tensor
  /// Unbiased (divided by n - 1), as PyTorch keeps it.
  public package(set) var variance: Tensor
  /// Whether training normalises by these, too, and leaves them as they are: fine-tuning with few images.
  package var isFrozen = false

  /// Mean 0 and variance 1, of no batch yet.
  public init(name: String, channels: Int) {
    self.name = name
    mean = Tensor(zeros: [channels])
    variance = Tensor(filledWith: 1, shape: [channels])
  }
}

/// What a normalisation does to its result.
public enum Activation: Hashable, Sendable {
  /// Nothing.
  case none
  /// max(0, x)
  case relu
  /// min(max(0, x), 6): MobileNet's.
  case relu6

  var floor: Float { self == .none ? -.infinity : 0 }
  var ceiling: Float { self == .relu6 ? 6 : .infinity }
}

extension Tape {
  /// Batch normalisation (Ioffe and Szegedy 2015) with what follows it in a residual network fused behind it.
  ///
  ///     y = activation(scale (x - mean) / sqrt(variance + epsilon) + shift + residual)
  ///
  /// A recording tape takes mean and (biased) variance over N, H and W of the batch, and keeps them for
  /// `moveStatistics`, which moves the running statistics by `momentum`; any other tape uses the running statistics, and so
  /// does a recording one where they are frozen. The tape of a shard takes them over the whole batch, where its shards are
  /// synchronised.
  ///
  /// Ours and not oneDNN's, whose kernels for NHWC are scalar code where the channels aren't a multiple of 16: for the
  /// 12 channels and their multiples of our rows, a third of a training step. The sums are over fixed chunks, so the
  /// number of threads changes nothing.
  ///
  /// - Parameters: `input` and `residual` are `[N, H, W, C]`; `scale` and `shift` are `[C]`.
  public func batchNormalization(
    _ input: Variable, scale: Variable, shift: Variable, statistics: NormalizationStatistics,
    residual: Variable? = nil, activation: Activation = .relu, epsilon: Float = 1e-5, momentum: Float = 0.1
  ) -> Variable {
    let c = input.value.nhwc.channels
    precondition(scale.shape == [c] && shift.shape == [c], "scale and shift have one value per channel")
    precondition(residual == nil || residual?.shape == input.shape, "a residual has the shape of what it is added to")
    let output = Tensor(uninitialized: input.shape)
    guard output.count > 0 else { return Variable(output) }
    let measures = isRecording && !statistics.isFrozen
    let operation = Operation.batchNormalization(statistics: statistics.name, epsilon: epsilon, activation)
    let normalized = measured(operation) {
      let found =
        measures
        ? moments(of: input.value) : Moments(mean: statistics.mean, variance: statistics.variance, samples: 0)
      if measures { observedStatistics.append(.init(of: statistics, found, momentum: momentum)) }
      let normalized = Normalized(
        source: input.value, output: output, activation: activation, scale: scale.value, moments: found,
        epsilon: epsilon, exchange: measures ? synchronised : nil)
      normalized.forward(shift: shift.value, residual: residual?.value)
      return normalized
    }
    let (inputSlot, scaleSlot, shiftSlot, residualSlot) = (input.slot, scale.slot, shift.slot, residual?.slot)
    return record(operation, output, from: [input, scale, shift] + (residual.map { [$0] } ?? [])) { gradient in
      let found = normalized.backward(&gradient, residual: residualSlot != nil)
      scaleSlot?.accumulate(found.scale)
      shiftSlot?.accumulate(found.shift)
      if let residual = found.residual { residualSlot?.accumulate(residual) }
      inputSlot?.accumulate(gradient)
    }
  }
}

/// What one batch normalisation saw of a batch on a recording tape.
struct ObservedStatistics {
  let statistics: NormalizationStatistics
  let moments: Moments
  let momentum: Float

  init(of statistics: NormalizationStatistics, _ moments: Moments, momentum: Float) {
    (self.statistics, self.moments, self.momentum) = (statistics, moments, momentum)
  }
}

extension Tape {
  /// Moves the running statistics towards what the forward pass saw, once: for a step that has succeeded. Of one that
  /// fails before, nothing is left.
  public func moveStatistics() {
    for seen in observedStatistics { seen.statistics.move(towards: seen.moments, momentum: seen.momentum) }
    observedStatistics = []
  }
}

extension NormalizationStatistics {
  /// running = (1 - momentum) running + momentum batch, with the unbiased variance; a single sample has none and
  /// leaves it as it is.
  func move(towards batch: Moments, momentum: Float) {
    guard batch.samples > 1 else { return move(mean: batch.mean, variance: nil, momentum: momentum) }
    let unbiased = batch.unbiasedFactor
    move(
      mean: batch.mean, variance: Tensor(batch.variance.scalars.map { unbiased * $0 }, shape: batch.variance.shape),
      momentum: momentum)
  }

  /// - Parameter variance: unbiased; nil leaves it as it is.
  func move(mean batchMean: Tensor, variance batchVariance: Tensor?, momentum: Float) {
    mean.withMutableScalars { running in
      for c in 0..<batchMean.count { running[c] += momentum * (batchMean.address[c] - running[c]) }
    }
    guard let batchVariance else { return }
    variance.withMutableScalars { running in
      for c in 0..<batchVariance.count { running[c] += momentum * (batchVariance.address[c] - running[c]) }
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
